namespace Braid.Multiprocessing;

/// <summary>The way of dictionaries: the comparer, then keys and values. The receiver hashes anew.</summary>
/// <remarks>As with pickle, a key that reaches its own dictionary and whose hash code depends on what it reaches is hashed before it is whole.</remarks>
internal abstract class MapCodec<TMap, TKey, TValue> : ObjectCodec
    where TMap : class, IDictionary<TKey, TValue>
    where TKey : notnull
{
    public sealed override void Write(PayloadWriter writer, object value)
    {
        var map = (TMap)value;
        Comparers.Write<TKey>(writer, ComparerOf(map), value.GetType());
        KeyValuePair<TKey, TValue>[] pairs = [.. map];
        writer.WriteVarint((ulong)pairs.Length);
        foreach ((TKey key, TValue item) in pairs)
        {
            try
            {
                PayloadCodec<TKey>.Instance.Write(writer, key);
                PayloadCodec<TValue>.Instance.Write(writer, item);
            }
            catch (PayloadException exception) when (exception.Under($"the entry of key {Described(key)}"))
            {
                throw new UnreachableException();
            }
        }
    }

    public sealed override object Read(ref PayloadReader reader, int number)
    {
        TMap map = Make(Comparers.Read(ref reader));
        reader.SetObject(number, map);
        int count = reader.ReadCount(2);
        for (int i = 0; i < count; i++)
        {
            TKey key = PayloadCodec<TKey>.Instance.Read(ref reader);
            map.Add(key, PayloadCodec<TValue>.Instance.Read(ref reader));
        }

        return map;
    }

    protected abstract object ComparerOf(TMap map);

    protected abstract TMap Make(StringComparer? comparer);

    private static string Described(TKey key) => key is string || typeof(TKey).IsPrimitive ? $"'{key}'" : $"of type {TypeText.Of(key.GetType())}";
}
