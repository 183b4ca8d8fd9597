using System.Collections.Concurrent;
using System.Threading.Channels;

namespace BugZoo.Calls;

/// <summary>Correct programs: a few threads, each of which calls one member of an object that is made for several threads.</summary>
public static class ConcurrentCalls
{
    /// <summary>The types, with their type arguments or their options.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "ConcurrentDictionary: int, int", "ConcurrentDictionary: string, string", "ConcurrentDictionary: any case",
        "ConcurrentDictionary: struct, struct", "ConcurrentDictionary: object, object", "ConcurrentDictionary: tuple, long",
        "ConcurrentQueue: int", "ConcurrentQueue: string", "ConcurrentQueue: struct",
        "ConcurrentStack: int", "ConcurrentStack: string", "ConcurrentStack: struct",
        "ConcurrentBag: int", "ConcurrentBag: string", "ConcurrentBag: struct",
        "BlockingCollection: queue", "BlockingCollection: stack", "BlockingCollection: bag", "BlockingCollection: bounded",
        "ImmutableInterlocked: int, int", "ImmutableInterlocked: string, string",
        "ImmutableInterlocked: struct, struct", "ImmutableInterlocked: object, object",
        "Channel: bounded", "Channel: bounded, synchronous", "Channel: bounded, one reader and writer",
        "Channel: drops newest", "Channel: drops oldest", "Channel: drops what is written",
        "Channel: rendezvous", "Channel: rendezvous, synchronous", "Channel: rendezvous, drops",
        "Channel: unbounded", "Channel: unbounded, synchronous", "Channel: one reader", "Channel: one reader, synchronous",
        "Channel: prioritized", "Channel: prioritized, synchronous",
        "BufferBlock: unbounded", "BufferBlock: bounded", "BufferBlock: cancelled",
        "ActionBlock: unbounded", "ActionBlock: bounded", "ActionBlock: two at once", "ActionBlock: asynchronous",
        "ActionBlock: one producer",
        "Pipe: pool", "Pipe: inline", "PeriodicTimer", "SemaphoreSlim",
    ];

    /// <summary>The types whose members a kind goes through.</summary>
    public static IReadOnlyList<Type> TypesOf(string kind) => Of(kind).Of;

    /// <summary>The members, each with what tells one use of it from another.</summary>
    public static IReadOnlyList<string> Operations(string kind) => Of(kind).Names;

    /// <summary>Threads do one operation each.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="numbers">Places in <see cref="Operations"/>.</param>
    public static void Run(string kind, params IReadOnlyList<int> numbers) => Of(kind).Run(numbers);

    /// <summary>All choices of some operations, the same one more than once among them, without regard to their order.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="count">How many operations.</param>
    public static IEnumerable<int[]> Choices(string kind, int count) => Choices(Operations(kind).Count, count, 0);

    private static IEnumerable<int[]> Choices(int operations, int count, int first) =>
        count == 0
            ? [[]]
            : from number in Enumerable.Range(first, operations - first)
              from others in Choices(operations, count - 1, number)
              select (int[])[number, .. others];

    private static IOperations Of(string kind) => kind switch
    {
        "ConcurrentDictionary: int, int" => DictionaryOperations.Of([1, 2, 3], [10, 20, 30]),
        "ConcurrentDictionary: string, string" => DictionaryOperations.Of(["one", "two", "three"], ["a", "b", "c"]),
        "ConcurrentDictionary: any case" => DictionaryOperations.Of(
            ["one", "two", "three"], ["a", "b", "c"], StringComparer.OrdinalIgnoreCase),
        "ConcurrentDictionary: struct, struct" => DictionaryOperations.Of(
            [new Wide(1), new Wide(2), new Wide(3)], [new Wide(10), new Wide(20), new Wide(30)]),
        "ConcurrentDictionary: object, object" => DictionaryOperations.Of(Objects(), Objects()),
        "ConcurrentDictionary: tuple, long" => DictionaryOperations.Of([("one", 1), ("two", 2), ("three", 3)], [10L, 20L, 30L]),
        "ConcurrentQueue: int" => ListOperations.Queue([1, 2, 3]),
        "ConcurrentQueue: string" => ListOperations.Queue(["a", "b", "c"]),
        "ConcurrentQueue: struct" => ListOperations.Queue([new Wide(1), new Wide(2), new Wide(3)]),
        "ConcurrentStack: int" => ListOperations.Stack([1, 2, 3]),
        "ConcurrentStack: string" => ListOperations.Stack(["a", "b", "c"]),
        "ConcurrentStack: struct" => ListOperations.Stack([new Wide(1), new Wide(2), new Wide(3)]),
        "ConcurrentBag: int" => ListOperations.Bag([1, 2, 3]),
        "ConcurrentBag: string" => ListOperations.Bag(["a", "b", "c"]),
        "ConcurrentBag: struct" => ListOperations.Bag([new Wide(1), new Wide(2), new Wide(3)]),
        "BlockingCollection: queue" => ListOperations.Blocking([1, 2, 3], () => new ConcurrentQueue<int>(), 100),
        "BlockingCollection: stack" => ListOperations.Blocking(["a", "b", "c"], () => new ConcurrentStack<string>(), 100),
        "BlockingCollection: bag" => ListOperations.Blocking([new Wide(1), new Wide(2), new Wide(3)], () => new ConcurrentBag<Wide>(), 100),
        "BlockingCollection: bounded" => ListOperations.Blocking(["a", "b", "c"], () => new ConcurrentQueue<string>(), 4),
        "ImmutableInterlocked: int, int" => ImmutableOperations.Of([1, 2, 3], [10, 20, 30]),
        "ImmutableInterlocked: string, string" => ImmutableOperations.Of(["one", "two", "three"], ["a", "b", "c"]),
        "ImmutableInterlocked: struct, struct" => ImmutableOperations.Of(
            [new Wide(1), new Wide(2), new Wide(3)], [new Wide(10), new Wide(20), new Wide(30)]),
        "ImmutableInterlocked: object, object" => ImmutableOperations.Of(Objects(), Objects()),
        "Channel: bounded" => ChannelOperations.Bounded(2, BoundedChannelFullMode.Wait),
        "Channel: bounded, synchronous" => ChannelOperations.Bounded(2, BoundedChannelFullMode.Wait, isSynchronous: true),
        "Channel: bounded, one reader and writer" => ChannelOperations.Bounded(2, BoundedChannelFullMode.Wait, isForOne: true),
        "Channel: drops newest" => ChannelOperations.Bounded(2, BoundedChannelFullMode.DropNewest),
        "Channel: drops oldest" => ChannelOperations.Bounded(2, BoundedChannelFullMode.DropOldest),
        "Channel: drops what is written" => ChannelOperations.Bounded(2, BoundedChannelFullMode.DropWrite),
        "Channel: rendezvous" => ChannelOperations.Bounded(0, BoundedChannelFullMode.Wait),
        "Channel: rendezvous, synchronous" => ChannelOperations.Bounded(0, BoundedChannelFullMode.Wait, isSynchronous: true),
        "Channel: rendezvous, drops" => ChannelOperations.Bounded(0, BoundedChannelFullMode.DropWrite),
        "Channel: unbounded" => ChannelOperations.Unbounded(),
        "Channel: unbounded, synchronous" => ChannelOperations.Unbounded(isSynchronous: true),
        "Channel: one reader" => ChannelOperations.Unbounded(isForOne: true),
        "Channel: one reader, synchronous" => ChannelOperations.Unbounded(isForOne: true, isSynchronous: true),
        "Channel: prioritized" => ChannelOperations.Prioritized(),
        "Channel: prioritized, synchronous" => ChannelOperations.Prioritized(isSynchronous: true),
        "BufferBlock: unbounded" => BufferOperations.Of(),
        "BufferBlock: bounded" => BufferOperations.Of(capacity: 2),
        "BufferBlock: cancelled" => BufferOperations.Of(isCancellable: true),
        "ActionBlock: unbounded" => ActionOperations.Of(new()),
        "ActionBlock: bounded" => ActionOperations.Of(new() { BoundedCapacity = 1 }),
        "ActionBlock: two at once" => ActionOperations.Of(new() { MaxDegreeOfParallelism = 2 }),
        "ActionBlock: asynchronous" => ActionOperations.Of(new() { BoundedCapacity = 2 }, isAsynchronous: true),
        "ActionBlock: one producer" => ActionOperations.Of(new() { SingleProducerConstrained = true }),
        "Pipe: pool" => PipeOperations.Of(isInline: false),
        "Pipe: inline" => PipeOperations.Of(isInline: true),
        "PeriodicTimer" => PeriodicTimerOperations.Of(),
        "SemaphoreSlim" => SemaphoreOperations.Of(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind."),
    };

    private static object[] Objects() => [new(), new(), new()];
}
