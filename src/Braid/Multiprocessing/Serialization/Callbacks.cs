using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Serialization;

namespace Braid.Multiprocessing;

/// <summary>What a type of the program wants to do before and after it is copied: the methods it marked for serialization, those of its bases first.</summary>
/// <remarks>An object is told that it has arrived as soon as its own parts are there. In a circle some of what those refer to may still be on its way, as with pickle.</remarks>
internal sealed class Callbacks
{
    private static readonly ConcurrentDictionary<Type, Callbacks> s_known = new();

    private readonly MethodInfo[] _serializing;
    private readonly MethodInfo[] _serialized;
    private readonly MethodInfo[] _deserializing;
    private readonly MethodInfo[] _deserialized;
    private readonly bool _hears;               // IDeserializationCallback
    private readonly MethodInfo? _real;         // of IObjectReference: the object that this one stands for

    private Callbacks(Type type)
    {
        _serializing = Find<OnSerializingAttribute>(type);
        _serialized = Find<OnSerializedAttribute>(type);
        _deserializing = Find<OnDeserializingAttribute>(type);
        _deserialized = Find<OnDeserializedAttribute>(type);
        _hears = !Origin.IsFramework(type) && type.IsAssignableTo(typeof(IDeserializationCallback));
        _real = Origin.IsFramework(type) ? null : type.GetInterface("System.Runtime.Serialization.IObjectReference")?.GetMethod("GetRealObject");
    }

    /// <summary>Whether it does something when it has arrived.</summary>
    public bool HasArrival => _deserialized.Length > 0 || _real is not null || _hears;

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

    /// <returns>The object, or the one that it stands for.</returns>
    public object Deserialized(object value)
    {
        Call(_deserialized, value);
        if (_hears)
        {
            ((IDeserializationCallback)value).OnDeserialization(null);
        }

        return _real is null ? value : Invoke(_real, value, default(StreamingContext)) ?? throw new PayloadException($"A {TypeText.Of(value.GetType())} arrived that stands for another object, and that one is null here.");
    }

    private static void Call(MethodInfo[] methods, object value)
    {
        foreach (MethodInfo method in methods)
        {
            Invoke(method, value, default(StreamingContext));
        }
    }

    private static MethodInfo[] Find<TAttribute>(Type type)
        where TAttribute : Attribute => Origin.IsFramework(type) ? []
            : [.. Find<TAttribute>(type.BaseType ?? typeof(object)), .. type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Where(static method => method.IsDefined(typeof(TAttribute), inherit: false) && method.GetParameters() is [{ ParameterType: var only }] && only == typeof(StreamingContext))];
}
