using System.Collections;
using System.Collections.Concurrent;

namespace BugZoo.Calls;

/// <summary>The collections from which what was put in is taken: two items are there.</summary>
internal static class ListOperations
{
    public static IOperations Queue<T>(T[] values) => new Operations<ConcurrentQueue<T>>(
        typeof(ConcurrentQueue<T>),
        () => new ConcurrentQueue<T>([values[0], values[1]]),
        [
            ("Enqueue", queue => queue.Enqueue(values[2])),
            ("TryDequeue", queue => queue.TryDequeue(out _)),
            ("TryPeek", queue => queue.TryPeek(out _)),
            ("Clear", queue => queue.Clear()),
            ("Count", queue => GC.KeepAlive(queue.Count)),
            ("IsEmpty", queue => GC.KeepAlive(queue.IsEmpty)),
            .. Common<ConcurrentQueue<T>, T>(values),
        ]);

    public static IOperations Stack<T>(T[] values) => new Operations<ConcurrentStack<T>>(
        typeof(ConcurrentStack<T>),
        () => new ConcurrentStack<T>([values[0], values[1]]),
        [
            ("Push", stack => stack.Push(values[2])),
            ("PushRange", stack => stack.PushRange([values[0], values[2]])),
            ("PushRange: part", stack => stack.PushRange(values, 1, 2)),
            ("TryPop", stack => stack.TryPop(out _)),
            ("TryPopRange", stack => stack.TryPopRange(new T[2])),
            ("TryPopRange: part", stack => stack.TryPopRange(new T[3], 1, 1)),
            ("TryPeek", stack => stack.TryPeek(out _)),
            ("Clear", stack => stack.Clear()),
            ("Count", stack => GC.KeepAlive(stack.Count)),
            ("IsEmpty", stack => GC.KeepAlive(stack.IsEmpty)),
            .. Common<ConcurrentStack<T>, T>(values),
        ]);

    public static IOperations Bag<T>(T[] values) => new Operations<ConcurrentBag<T>>(
        typeof(ConcurrentBag<T>),
        () => [values[0], values[1]],
        [
            ("Add", bag => bag.Add(values[2])),
            ("TryTake", bag => bag.TryTake(out _)),
            ("TryPeek", bag => bag.TryPeek(out _)),
            ("Clear", bag => bag.Clear()),
            ("Count", bag => GC.KeepAlive(bag.Count)),
            ("IsEmpty", bag => GC.KeepAlive(bag.IsEmpty)),
            .. Common<ConcurrentBag<T>, T>(values),
        ]);

    public static IOperations Blocking<T>(T[] values, Func<IProducerConsumerCollection<T>> store, int bound) => new Operations<BlockingCollection<T>>(
        typeof(BlockingCollection<T>),
        () => new BlockingCollection<T>(store(), bound) { values[0], values[1] },
        ("Add", items => Completed.Allowed(() => items.Add(values[2]))),
        ("Add: token", items => Completed.Allowed(() => items.Add(values[2], new CancellationToken(canceled: false)))),
        ("TryAdd", items => Completed.Allowed(() => items.TryAdd(values[2]))),
        ("TryAdd: limit", items => Completed.Allowed(() => items.TryAdd(values[2], 5))),
        ("Take", items => Completed.Allowed(() => items.Take())),
        ("TryTake", items => items.TryTake(out _)),
        ("TryTake: limit", items => items.TryTake(out _, TimeSpan.FromMilliseconds(5))),
        ("CompleteAdding", items => items.CompleteAdding()),
        ("GetConsumingEnumerable", items => GC.KeepAlive(items.GetConsumingEnumerable().First())),
        ("GetEnumerator", items => GC.KeepAlive(((IEnumerable<T>)items).Count())),
        ("ToArray", items => items.ToArray()),
        ("CopyTo", items => items.CopyTo(new T[5], 0)),
        ("BoundedCapacity", items => GC.KeepAlive(items.BoundedCapacity)),
        ("Count", items => GC.KeepAlive(items.Count)),
        ("IsAddingCompleted", items => GC.KeepAlive(items.IsAddingCompleted)),
        ("IsCompleted", items => GC.KeepAlive(items.IsCompleted)));

    /// <summary>What they have in common as collections.</summary>
    private static (string Name, Action<TCollection> Do)[] Common<TCollection, T>(T[] values)
        where TCollection : IProducerConsumerCollection<T> =>
        [
            ("ToArray", items => items.ToArray()),
            ("CopyTo", items => items.CopyTo(new T[6], 0)),
            ("GetEnumerator", items =>
            {
                foreach (T item in items)
                {
                    GC.KeepAlive(item);
                }
            }),
            ("IProducerConsumerCollection.TryAdd", items => items.TryAdd(values[2])),
            ("IProducerConsumerCollection.TryTake", items => items.TryTake(out _)),
            ("ICollection.CopyTo", items => ((ICollection)items).CopyTo(new T[6], 0)),
        ];
}
