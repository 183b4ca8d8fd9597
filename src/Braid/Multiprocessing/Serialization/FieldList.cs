using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>The fields of a type of the program, those of its bases first: all that travels of an object.</summary>
/// <remarks>A field marked <see cref="NonSerializedAttribute"/> stays at home and has its default value over there.</remarks>
internal sealed class FieldList
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly Field[] _fields;

    public FieldList(Type type)
        : this(FieldsOf(type))
    {
    }

    public FieldList(IEnumerable<FieldInfo> fields) => _fields = [.. fields.Select(field => new Field(field, PayloadCodec.Of(field.FieldType)))];

    public static IEnumerable<FieldInfo> FieldsOf(Type type) =>
        (type.BaseType is { } parent ? FieldsOf(parent) : []).Concat(type.GetFields(Own).Where(field => !field.IsDefined(typeof(NonSerializedAttribute), false)).OrderBy(field => field.MetadataToken));

    public void Write(PayloadWriter writer, object instance)
    {
        foreach (Field field in _fields)
        {
            object? value = field.Info.GetValue(instance);
            try
            {
                field.Codec.WriteBoxed(writer, value);
            }
            catch (PayloadException exception) when (exception.Under(FieldText.Of(field.Info)))
            {
                throw new UnreachableException();
            }
        }

        if (_fields.Length == 0)
        {
            writer.WriteByte(0);       // so that every value takes a byte at least, which bounds what a reader allocates
        }
    }

    public void Read(ref PayloadReader reader, object instance)
    {
        foreach (Field field in _fields)
        {
            field.Info.SetValue(instance, field.Codec.ReadBoxed(ref reader));
        }

        if (_fields.Length == 0)
        {
            reader.ReadByte();
        }
    }

    private readonly record struct Field(FieldInfo Info, PayloadCodec Codec);
}
