namespace Braid.Multiprocessing;

/// <summary>The way of <see cref="HashSet{T}"/>.</summary>
internal sealed class HashSetCodec<T> : SetCodec<HashSet<T>, T>
{
    protected override object ComparerOf(HashSet<T> set) => set.Comparer;

    protected override HashSet<T> Make(StringComparer? comparer) => new((IEqualityComparer<T>?)(object?)comparer);
}
