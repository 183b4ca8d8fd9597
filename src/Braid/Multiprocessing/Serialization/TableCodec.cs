using System.Collections;

namespace Braid.Multiprocessing;

/// <summary>The way of the dictionaries that are older than generic types: the comparer, then keys and values.</summary>
internal sealed class TableCodec<TTable, TComparer>(Func<TTable, TComparer?> comparerOf, Func<TComparer?, TTable> make) : FilledCodec
    where TTable : class, IDictionary
    where TComparer : class
{
    public override Type SetupType => typeof(TComparer);

    public override void Write(PayloadWriter writer, object value)
    {
        var table = (TTable)value;
        Comparers.Write(writer, comparerOf(table));
        DictionaryEntry[] entries = [.. table.Cast<DictionaryEntry>()];
        writer.WriteVarint((ulong)entries.Length);
        foreach (DictionaryEntry entry in entries)
        {
            try
            {
                PayloadCodec<object>.Instance.Write(writer, entry.Key);
                PayloadCodec<object?>.Instance.Write(writer, entry.Value);
            }
            catch (PayloadException exception) when (exception.Under(EntryText.Of(entry.Key)))
            {
                throw new UnreachableException();
            }
        }
    }

    public override object? ReadSetup(ref PayloadReader reader) => Comparers.Read<TComparer>(ref reader);

    public override void Fill(ref PayloadReader reader, object collection)
    {
        int count = reader.ReadCount(2);
        for (int i = 0; i < count; i++)
        {
            object key = PayloadCodec<object>.Instance.Read(ref reader);
            ((TTable)collection).Add(key, PayloadCodec<object?>.Instance.Read(ref reader));
        }
    }

    protected override object Make(object? setup) => make((TComparer?)setup);
}
