namespace Braid.Multiprocessing;

/// <summary>The way of <see cref="Dictionary{TKey, TValue}"/>.</summary>
internal sealed class DictionaryCodec<TKey, TValue> : MapCodec<Dictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    protected override object ComparerOf(Dictionary<TKey, TValue> map) => map.Comparer;

    protected override Dictionary<TKey, TValue> Make(StringComparer? comparer) => new((IEqualityComparer<TKey>?)(object?)comparer);
}
