using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>
/// Codec for the program's own objects and its structs that hold references: field by field, without running a constructor.
/// </summary>
internal sealed class FieldsCodec(Type type) : ObjectCodec
{
    // Any thread; created at first use, since a type may contain itself. Threads that race store equal instances, and any of them will do.
    // Storing the reference releases the list behind it, and the read acquires it: no thread sees one that is not built.
    private FieldList? _fields;

    private FieldList Fields => Volatile.Read(ref _fields) ?? (_fields = new FieldList(type));

    public override void Write(PayloadWriter writer, object value) => Fields.Write(writer, value);

    public override object Read(ref PayloadReader reader, int number)
    {
        object value = RuntimeHelpers.GetUninitializedObject(type);
        if (number != Unnumbered)
        {
            reader.SetObject(number, value);
        }

        return Fields.Read(ref reader, value);
    }
}

/// <summary>The fields of a type of the program, bases first: everything that travels of an object.</summary>
/// <remarks>
/// A field marked <see cref="NonSerializedAttribute"/> does not travel and has its default value in the receiver; nor does a field in which
/// the type caches its hash code.
/// </remarks>
internal sealed class FieldList
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly Field[] _fields;
    private readonly Callbacks _callbacks;

    /// <param name="type">The type.</param>
    /// <param name="above">A base class whose fields another codec writes; null for all fields.</param>
    public FieldList(Type type, Type? above = null)
        : this(type, FieldsOf(type).Where(field => above is null || !field.DeclaringType!.IsAssignableFrom(above)))
    {
    }

    public FieldList(Type type, IEnumerable<FieldInfo> fields)
    {
        _fields = [.. fields.Where(static field => !StoredHashCodes.IsCache(field))
            .Select(field => new Field(field, PayloadCodec.Of(field.FieldType)))];
        _callbacks = Callbacks.Of(type);
    }

    public static IEnumerable<FieldInfo> FieldsOf(Type type) =>
        (type.BaseType is { } parent ? FieldsOf(parent) : []).Concat(
            type.GetFields(Own).Where(field => !field.IsDefined(typeof(NonSerializedAttribute), false))
                .OrderBy(field => field.MetadataToken));

    public void Write(PayloadWriter writer, object instance)
    {
        _callbacks.Serializing(instance);
        foreach (Field field in _fields)
        {
            object? value = field.Info.GetValue(instance);
            try
            {
                field.Codec.WriteBoxed(writer, value);
            }
            catch (PayloadException exception) when (exception.RecordStep(FieldText.Of(field.Info)))
            {
                throw new UnreachableException();
            }
        }

        if (_fields.Length == 0)
        {
            writer.WriteByte(0);       // so that every value takes at least a byte, which bounds what a reader allocates
        }

        _callbacks.Serialized(instance);
    }

    /// <returns>The instance, or the object that it stands for.</returns>
    public object Read(ref PayloadReader reader, object instance)
    {
        _callbacks.Deserializing(instance);
        foreach (Field field in _fields)
        {
            field.Info.SetValue(instance, field.Codec.ReadBoxed(ref reader));
        }

        if (_fields.Length == 0)
        {
            reader.ReadByte();
        }

        return _callbacks.Deserialized(instance);
    }

    private readonly record struct Field(FieldInfo Info, PayloadCodec Codec);
}
