using System.Collections.Immutable;

namespace BugZoo.Calls;

/// <summary>ImmutableInterlocked, on fields that hold immutable collections, and reads of those: an array's is a plain one, as there is no other.</summary>
internal static class ImmutableOperations
{
    public static IOperations Of<TKey, TValue>(TKey[] keys, TValue[] values)
        where TKey : notnull => new Operations<Fields<TKey, TValue>>(
            typeof(ImmutableInterlocked),
            () => new Fields<TKey, TValue>(keys[0], values[0], values[1]),
            ("Update", held => ImmutableInterlocked.Update(ref held.List, list => list.Add(values[2]))),
            ("Update: with argument", held => ImmutableInterlocked.Update(ref held.List, (list, added) => list.Insert(0, added), values[2])),
            ("Update: set", held => ImmutableInterlocked.Update(ref held.Set, set => set.Add(keys[2]))),
            ("Update: sorted by hash", held => ImmutableInterlocked.Update(ref held.Map, map => map.SetItem(keys[1], values[1]).Remove(keys[0]))),
            ("Update: array", held => ImmutableInterlocked.Update(ref held.Array, array => array.Add(values[2]))),
            ("Update: array with argument", held => ImmutableInterlocked.Update(ref held.Array, (array, added) => array.Add(added), values[2])),
            ("InterlockedExchange", held => ImmutableInterlocked.InterlockedExchange(ref held.Array, [values[1]])),
            ("InterlockedCompareExchange", held => ImmutableInterlocked.InterlockedCompareExchange(ref held.Array, [values[1]], default)),
            ("InterlockedInitialize", held => ImmutableInterlocked.InterlockedInitialize(ref held.Empty, [values[1]])),
            ("GetOrAdd", held => ImmutableInterlocked.GetOrAdd(ref held.Map, keys[2], values[2])),
            ("GetOrAdd: factory", held => ImmutableInterlocked.GetOrAdd(ref held.Map, keys[2], _ => values[2])),
            ("GetOrAdd: factory with argument", held => ImmutableInterlocked.GetOrAdd(ref held.Map, keys[2], (_, made) => made, values[2])),
            ("AddOrUpdate", held => ImmutableInterlocked.AddOrUpdate(ref held.Map, keys[0], values[2], (_, _) => values[1])),
            ("AddOrUpdate: factories", held => ImmutableInterlocked.AddOrUpdate(ref held.Map, keys[0], _ => values[2], (_, _) => values[1])),
            ("TryAdd", held => ImmutableInterlocked.TryAdd(ref held.Map, keys[2], values[2])),
            ("TryUpdate", held => ImmutableInterlocked.TryUpdate(ref held.Map, keys[0], values[2], values[0])),
            ("TryRemove", held => ImmutableInterlocked.TryRemove(ref held.Map, keys[0], out _)),
            ("Enqueue", held => ImmutableInterlocked.Enqueue(ref held.Queue, values[2])),
            ("TryDequeue", held => ImmutableInterlocked.TryDequeue(ref held.Queue, out _)),
            ("Push", held => ImmutableInterlocked.Push(ref held.Stack, values[2])),
            ("TryPop", held => ImmutableInterlocked.TryPop(ref held.Stack, out _)),
            ("read: list", held => GC.KeepAlive(Volatile.Read(ref held.List).Contains(values[0]))),
            ("read: map", held => GC.KeepAlive(Volatile.Read(ref held.Map).Keys.ToArray())),
            ("read: array", held => GC.KeepAlive(held.Array.Length)),
            ("read: queue and stack", held => GC.KeepAlive(Volatile.Read(ref held.Queue).IsEmpty || Volatile.Read(ref held.Stack).IsEmpty)));

    internal sealed class Fields<TKey, TValue>(TKey key, TValue first, TValue second)
        where TKey : notnull
    {
        public ImmutableList<TValue> List = [first, second];
        public ImmutableHashSet<TKey> Set = [key];
        public ImmutableDictionary<TKey, TValue> Map = ImmutableDictionary<TKey, TValue>.Empty.Add(key, first);
        public ImmutableArray<TValue> Array = [first];
        public ImmutableArray<TValue> Empty;
        public ImmutableQueue<TValue> Queue = [first, second];
        public ImmutableStack<TValue> Stack = [first, second];
    }
}
