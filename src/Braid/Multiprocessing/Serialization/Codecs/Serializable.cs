using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Serialization;

namespace Braid.Multiprocessing;

/// <summary>
/// Codec for the program's types that define their own serialised state: those that implement <see cref="ISerializable"/> and have the
/// matching constructor.
/// </summary>
/// <remarks>
/// They are often collections that place their elements by hash codes, which differ from process to process; that constructor places them
/// anew. .NET marks the old serialization as obsolete because of its formatters; Braid uses the contract between a type and its serialiser
/// without them.
/// </remarks>
internal sealed class SerializableCodec : ObjectCodec
{
    private readonly Type _type;
    private readonly ConstructorInfo _constructor;
    private readonly MethodInfo _getData = typeof(ISerializable).GetMethod("GetObjectData")!;

    private SerializableCodec(Type type, ConstructorInfo constructor) => (_type, _constructor) = (type, constructor);

    public static SerializableCodec? For(Type type) =>
        !Origin.IsFramework(type) && type.IsAssignableTo(typeof(ISerializable))
        && type.GetConstructor(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic,
            [typeof(SerializationInfo), typeof(StreamingContext)]) is { } constructor
            ? new SerializableCodec(type, constructor) : null;

    public override void Write(PayloadWriter writer, object value)
    {
        Callbacks callbacks = Callbacks.Of(_type);
        callbacks.Serializing(value);
        SerializationInfo info = NewInfo();
        Callbacks.Invoke(_getData, value, info, default(StreamingContext));
        if (info.ObjectType != _type)
        {
            throw PayloadException.CannotTravel(
                _type, $"it wants to be made as a {TypeText.Of(info.ObjectType)}. Register a form with Payloads.Register.");
        }

        writer.WriteVarint((ulong)info.MemberCount);
        foreach (SerializationEntry entry in info)
        {
            try
            {
                writer.WriteString(entry.Name);
                PayloadCodec<object?>.Instance.Write(writer, entry.ObjectType);
                PayloadCodec<object?>.Instance.Write(writer, entry.Value);
            }
            catch (PayloadException exception) when (exception.RecordStep($"'{entry.Name}' of {TypeText.Of(_type)}"))
            {
                throw new UnreachableException();
            }
        }

        callbacks.Serialized(value);
    }

    public override object Read(ref PayloadReader reader, int number)
    {
        Callbacks callbacks = Callbacks.Of(_type);
        object value = RuntimeHelpers.GetUninitializedObject(_type);
        if (number != Unnumbered)
        {
            reader.SetObject(number, value);
        }

        SerializationInfo info = NewInfo();
        int count = reader.ReadCount(3);
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadString() ?? throw PayloadException.Damaged("a part of an object has no name");
            Type type = PayloadCodec<object?>.Instance.Read(ref reader) as Type
                ?? throw PayloadException.Damaged("a part of an object has no type");
            info.AddValue(name, PayloadCodec<object?>.Instance.Read(ref reader), type);
        }

        callbacks.Deserializing(value);
        Callbacks.Invoke(_constructor, value, info, default(StreamingContext));
        return callbacks.Deserialized(value);
    }

    /// <summary>By reflection, because .NET marks the constructor as obsolete.</summary>
    private SerializationInfo NewInfo() =>
        (SerializationInfo)Activator.CreateInstance(
            typeof(SerializationInfo),
            _type,
            Activator.CreateInstance(
                typeof(SerializationInfo).Assembly.GetType("System.Runtime.Serialization.FormatterConverter")
                    ?? Type.GetType(
                        "System.Runtime.Serialization.FormatterConverter, System.Runtime.Serialization.Formatters", throwOnError: true)!))!;
}

/// <summary>
/// The serialization callbacks of a type of the program, to be run before and after it is copied: the methods marked with the attributes,
/// bases first.
/// </summary>
/// <remarks>
/// An object's callback runs as soon as its own parts have arrived. In a cycle, some of the objects that those refer to may not be complete
/// yet, as with pickle.
/// </remarks>
internal sealed class Callbacks
{
    private static readonly ConcurrentDictionary<Type, Callbacks> s_known = new();

    private readonly MethodInfo[] _serializing;
    private readonly MethodInfo[] _serialized;
    private readonly MethodInfo[] _deserializing;
    private readonly MethodInfo[] _deserialized;
    private readonly bool _hasDeserializationCallback;               // IDeserializationCallback
    private readonly MethodInfo? _real;         // of IObjectReference: returns the object that this one stands in for

    private Callbacks(Type type)
    {
        _serializing = Find<OnSerializingAttribute>(type);
        _serialized = Find<OnSerializedAttribute>(type);
        _deserializing = Find<OnDeserializingAttribute>(type);
        _deserialized = Find<OnDeserializedAttribute>(type);
        _hasDeserializationCallback = !Origin.IsFramework(type) && type.IsAssignableTo(typeof(IDeserializationCallback));
        _real = Origin.IsFramework(type)
            ? null
            : type.GetInterface("System.Runtime.Serialization.IObjectReference")?.GetMethod("GetRealObject");
    }

    /// <summary>Whether it has a callback to run on arrival.</summary>
    public bool HasArrival => _deserialized.Length > 0 || _real is not null || _hasDeserializationCallback;

    public static Callbacks Of(Type type) => s_known.GetOrAdd(type, static type => new Callbacks(type));

    public static object? Invoke(MethodBase method, object value, params object?[] arguments)
    {
        try
        {
            return method.Invoke(value, arguments);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw new UnreachableException();
        }
    }

    public void Serializing(object value) => Call(_serializing, value);

    public void Serialized(object value) => Call(_serialized, value);

    public void Deserializing(object value) => Call(_deserializing, value);

    /// <returns>The object, or the one that it stands in for.</returns>
    public object Deserialized(object value)
    {
        Call(_deserialized, value);
        if (_hasDeserializationCallback)
        {
            ((IDeserializationCallback)value).OnDeserialization(null);
        }

        return _real is null
            ? value
            : Invoke(_real, value, default(StreamingContext))
                ?? throw new PayloadException(
                    $"A {TypeText.Of(value.GetType())} arrived that stands for another object, and that one is null here.");
    }

    private static void Call(MethodInfo[] methods, object value)
    {
        foreach (MethodInfo method in methods)
        {
            Invoke(method, value, default(StreamingContext));
        }
    }

    private static MethodInfo[] Find<TAttribute>(Type type)
        where TAttribute : Attribute
    {
        const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return Origin.IsFramework(type)
            ? []
            : [.. Find<TAttribute>(type.BaseType ?? typeof(object)), .. type.GetMethods(own).Where(IsMarked)];

        static bool IsMarked(MethodInfo method) => method.IsDefined(typeof(TAttribute), inherit: false)
            && method.GetParameters() is [{ ParameterType: var only }] && only == typeof(StreamingContext);
    }
}
