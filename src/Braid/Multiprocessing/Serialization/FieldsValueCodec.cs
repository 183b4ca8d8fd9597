namespace Braid.Multiprocessing;

/// <summary>The way of structs that hold references: field by field.</summary>
internal sealed class FieldsValueCodec<T> : PayloadCodec<T>
{
    private FieldList? _fields;        // any thread; made at first use, since a type may contain itself; all makings are equal

    private FieldList Fields => Volatile.Read(ref _fields) ?? (_fields = new FieldList(typeof(T)));

    public override void Write(PayloadWriter writer, T value) => Fields.Write(writer, value!);

    public override T Read(ref PayloadReader reader)
    {
        object boxed = default(T)!;
        return (T)Fields.Read(ref reader, boxed);
    }
}
