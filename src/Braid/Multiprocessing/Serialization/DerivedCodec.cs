namespace Braid.Multiprocessing;

/// <summary>The way of a program's class that derives from a collection of .NET: the collection in its own way, then the fields that the class adds.</summary>
/// <remarks>No code of the class runs but what finds the keys of a <see cref="System.Collections.ObjectModel.KeyedCollection{TKey, TItem}"/>: its overrides see only what it does later.</remarks>
internal sealed class DerivedCodec(Type type, Type collection, FilledCodec way) : ObjectCodec
{
    private FieldList? _fields;        // any thread; made at first use, since a type may contain itself; all makings are equal

    private FieldList Fields => Volatile.Read(ref _fields) ?? (_fields = new FieldList(type, collection));

    public override void Write(PayloadWriter writer, object value)
    {
        way.Write(writer, value);
        Fields.Write(writer, value);
    }

    public override object Read(ref PayloadReader reader, int number)
    {
        object? setup = way.ReadSetup(ref reader);
        object value = RuntimeHelpers.GetUninitializedObject(type);
        way.Construct(value, collection, setup);
        reader.SetObject(number, value);
        way.Fill(ref reader, value);
        object arrived = Fields.Read(ref reader, value);
        way.Complete(value);
        return arrived;
    }
}
