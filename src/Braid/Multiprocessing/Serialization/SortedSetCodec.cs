namespace Braid.Multiprocessing;

/// <summary>The way of <see cref="SortedSet{T}"/>.</summary>
internal sealed class SortedSetCodec<T> : SetCodec<SortedSet<T>, T>
{
    protected override object ComparerOf(SortedSet<T> set) => set.Comparer;

    protected override SortedSet<T> Make(StringComparer? comparer) => new((IComparer<T>?)(object?)comparer);
}
