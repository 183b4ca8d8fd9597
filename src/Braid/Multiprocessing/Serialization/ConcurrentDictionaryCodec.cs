using System.Collections.Concurrent;

namespace Braid.Multiprocessing;

/// <summary>The way of <see cref="ConcurrentDictionary{TKey, TValue}"/>.</summary>
internal sealed class ConcurrentDictionaryCodec<TKey, TValue> : MapCodec<ConcurrentDictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    protected override object ComparerOf(ConcurrentDictionary<TKey, TValue> map) => map.Comparer;

    protected override ConcurrentDictionary<TKey, TValue> Make(StringComparer? comparer) => comparer is null ? new() : new((IEqualityComparer<TKey>)(object)comparer);
}
