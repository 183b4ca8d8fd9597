using System.Reflection;
using System.Runtime.Serialization;

namespace Braid.Multiprocessing;

/// <summary>The way of the program's types that say themselves what of them travels: those that implement <see cref="ISerializable"/> and have the constructor that belongs to it.</summary>
/// <remarks>
/// They are often collections that place their elements by hash codes, which differ in each process, and are made anew by that constructor.
/// .NET marks the old serialization as obsolete for what its formatters do; the contract between a type and what copies it is used here without them.
/// </remarks>
internal sealed class SerializableCodec : ObjectCodec
{
    private readonly Type _type;
    private readonly ConstructorInfo _constructor;
    private readonly MethodInfo _getData = typeof(ISerializable).GetMethod("GetObjectData")!;

    private SerializableCodec(Type type, ConstructorInfo constructor) => (_type, _constructor) = (type, constructor);

    public static SerializableCodec? For(Type type) =>
        !Origin.IsFramework(type) && type.IsAssignableTo(typeof(ISerializable))
        && type.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, [typeof(SerializationInfo), typeof(StreamingContext)]) is { } constructor
            ? new SerializableCodec(type, constructor) : null;

    public override void Write(PayloadWriter writer, object value)
    {
        Callbacks callbacks = Callbacks.Of(_type);
        callbacks.Serializing(value);
        SerializationInfo info = NewInfo();
        Callbacks.Invoke(_getData, value, info, default(StreamingContext));
        if (info.ObjectType != _type)
        {
            throw PayloadException.CannotTravel(_type, $"it wants to be made as a {TypeText.Of(info.ObjectType)}. Register a form with Payloads.Register.");
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
            catch (PayloadException exception) when (exception.Under($"'{entry.Name}' of {TypeText.Of(_type)}"))
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
            Type type = PayloadCodec<object?>.Instance.Read(ref reader) as Type ?? throw PayloadException.Damaged("a part of an object has no type");
            info.AddValue(name, PayloadCodec<object?>.Instance.Read(ref reader), type);
        }

        callbacks.Deserializing(value);
        Callbacks.Invoke(_constructor, value, info, default(StreamingContext));
        return callbacks.Deserialized(value);
    }

    /// <summary>By reflection, because .NET calls the constructor obsolete.</summary>
    private SerializationInfo NewInfo() =>
        (SerializationInfo)Activator.CreateInstance(typeof(SerializationInfo), _type, Activator.CreateInstance(typeof(SerializationInfo).Assembly.GetType("System.Runtime.Serialization.FormatterConverter") ?? Type.GetType("System.Runtime.Serialization.FormatterConverter, System.Runtime.Serialization.Formatters", throwOnError: true)!))!;
}
