namespace Braid.Multiprocessing;

/// <summary>The way of <see cref="SortedList{TKey, TValue}"/>.</summary>
internal sealed class SortedListCodec<TKey, TValue> : MapCodec<SortedList<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    protected override object ComparerOf(SortedList<TKey, TValue> map) => map.Comparer;

    protected override SortedList<TKey, TValue> Make(StringComparer? comparer) => new((IComparer<TKey>?)(object?)comparer);
}
