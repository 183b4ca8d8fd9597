namespace Braid.Multiprocessing;

/// <summary>The way of dictionaries: the comparer, then keys and values. The receiver hashes anew.</summary>
/// <remarks>As with pickle, a key that reaches its own dictionary and whose hash code depends on what it reaches is hashed before it is whole.</remarks>
internal sealed class MapCodec<TMap, TComparer, TKey, TValue>(Func<TMap, TComparer?> comparerOf, Func<TComparer?, TMap> make, Action<TMap, TKey, TValue> add) : FilledCodec
    where TMap : class, IEnumerable<KeyValuePair<TKey, TValue>>
    where TComparer : class
{
    public override Type SetupType => typeof(TComparer);

    public override void Write(PayloadWriter writer, object value)
    {
        var map = (TMap)value;
        Comparers.Write(writer, comparerOf(map));
        KeyValuePair<TKey, TValue>[] pairs = [.. map];
        writer.WriteVarint((ulong)pairs.Length);
        foreach ((TKey key, TValue item) in pairs)
        {
            try
            {
                PayloadCodec<TKey>.Instance.Write(writer, key);
                PayloadCodec<TValue>.Instance.Write(writer, item);
            }
            catch (PayloadException exception) when (exception.Under(EntryText.Of(key)))
            {
                throw new UnreachableException();
            }
        }
    }

    public override object? ReadSetup(ref PayloadReader reader) => Comparers.Read<TComparer>(ref reader);

    public override void Fill(ref PayloadReader reader, object collection)
    {
        var map = (TMap)collection;
        int count = reader.ReadCount(2);
        for (int i = 0; i < count; i++)
        {
            TKey key = PayloadCodec<TKey>.Instance.Read(ref reader);
            add(map, key, PayloadCodec<TValue>.Instance.Read(ref reader));
        }
    }

    protected override object Make(object? setup) => make((TComparer?)setup);
}
