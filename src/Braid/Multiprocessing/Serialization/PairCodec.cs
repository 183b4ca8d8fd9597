namespace Braid.Multiprocessing;

/// <summary>The way of the pairs of dictionaries.</summary>
internal sealed class PairCodec<TKey, TValue> : PayloadCodec<KeyValuePair<TKey, TValue>>
{
    public override void Write(PayloadWriter writer, KeyValuePair<TKey, TValue> value)
    {
        PayloadCodec<TKey>.Instance.Write(writer, value.Key);
        PayloadCodec<TValue>.Instance.Write(writer, value.Value);
    }

    public override KeyValuePair<TKey, TValue> Read(ref PayloadReader reader)
    {
        TKey key = PayloadCodec<TKey>.Instance.Read(ref reader);
        return new(key, PayloadCodec<TValue>.Instance.Read(ref reader));
    }
}
