using System.Collections;
using System.Collections.Concurrent;

namespace BugZoo.Calls;

/// <summary>ConcurrentDictionary: of three keys the first two are there.</summary>
internal static class DictionaryOperations
{
    public static IOperations Of<TKey, TValue>(TKey[] keys, TValue[] values, IEqualityComparer<TKey>? comparer = null)
        where TKey : notnull => new Operations<ConcurrentDictionary<TKey, TValue>>(
            typeof(ConcurrentDictionary<TKey, TValue>),
            () => new ConcurrentDictionary<TKey, TValue>(comparer) { [keys[0]] = values[0], [keys[1]] = values[1] },
            ("TryAdd", map => map.TryAdd(keys[2], values[2])),
            ("TryAdd: there", map => map.TryAdd(keys[0], values[2])),
            ("ContainsKey", map => map.ContainsKey(keys[0])),
            ("TryRemove", map => map.TryRemove(keys[0], out _)),
            ("TryRemove: pair", map => map.TryRemove(new KeyValuePair<TKey, TValue>(keys[0], values[0]))),
            ("TryGetValue", map => map.TryGetValue(keys[0], out _)),
            ("TryGetValue: missing", map => map.TryGetValue(keys[2], out _)),
            ("TryUpdate", map => map.TryUpdate(keys[0], values[2], values[0])),
            ("Clear", map => map.Clear()),
            ("ToArray", map => map.ToArray()),
            ("GetEnumerator", Enumerate),
            ("Item", map => map[keys[0]] = values[1]),
            ("Item: add", map => map[keys[2]] = values[2]),
            ("Item: read", map => Missing.Allowed(() => map[keys[1]])),
            ("Comparer", map => GC.KeepAlive(map.Comparer)),
            ("Count", map => GC.KeepAlive(map.Count)),
            ("IsEmpty", map => GC.KeepAlive(map.IsEmpty)),
            ("Keys", map => GC.KeepAlive(map.Keys)),
            ("Values", map => GC.KeepAlive(map.Values)),
            ("GetOrAdd", map => map.GetOrAdd(keys[2], values[0])),
            ("GetOrAdd: factory", map => map.GetOrAdd(keys[2], _ => values[1])),
            ("GetOrAdd: factory with argument", map => map.GetOrAdd(keys[2], (_, made) => made, values[2])),
            ("AddOrUpdate", map => map.AddOrUpdate(keys[0], values[2], (_, _) => values[1])),
            ("AddOrUpdate: factories", map => map.AddOrUpdate(keys[2], _ => values[2], (_, _) => values[1])),
            ("AddOrUpdate: factories with argument", map => map.AddOrUpdate(keys[2], (_, made) => made, (_, _, made) => made, values[1])),
            ("CopyTo", map => ((ICollection<KeyValuePair<TKey, TValue>>)map).CopyTo(new KeyValuePair<TKey, TValue>[4], 0)),
            ("Contains", map => ((ICollection<KeyValuePair<TKey, TValue>>)map).Contains(new KeyValuePair<TKey, TValue>(keys[0], values[0]))),
            ("IDictionary.Contains", map => ((IDictionary)map).Contains(keys[0])));

    private static void Enumerate<TKey, TValue>(ConcurrentDictionary<TKey, TValue> map)
        where TKey : notnull
    {
        foreach (KeyValuePair<TKey, TValue> pair in map)
        {
            GC.KeepAlive(pair.Value);
        }
    }
}
