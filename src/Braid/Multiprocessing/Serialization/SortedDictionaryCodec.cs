namespace Braid.Multiprocessing;

/// <summary>The way of <see cref="SortedDictionary{TKey, TValue}"/>.</summary>
internal sealed class SortedDictionaryCodec<TKey, TValue> : MapCodec<SortedDictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    protected override object ComparerOf(SortedDictionary<TKey, TValue> map) => map.Comparer;

    protected override SortedDictionary<TKey, TValue> Make(StringComparer? comparer) => new((IComparer<TKey>?)(object?)comparer);
}
