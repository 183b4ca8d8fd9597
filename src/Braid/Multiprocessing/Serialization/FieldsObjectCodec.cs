namespace Braid.Multiprocessing;

/// <summary>The way of the program's own objects, closures among them: field by field, without running a constructor.</summary>
internal sealed class FieldsObjectCodec(Type type) : ObjectCodec
{
    private FieldList? _fields;        // any thread; made at first use, since a type may contain itself; all makings are equal

    private FieldList Fields => Volatile.Read(ref _fields) ?? (_fields = new FieldList(type));

    public override void Write(PayloadWriter writer, object value) => Fields.Write(writer, value);

    public override object Read(ref PayloadReader reader, int number)
    {
        object value = RuntimeHelpers.GetUninitializedObject(type);
        reader.SetObject(number, value);
        return Fields.Read(ref reader, value);
    }
}
