using System.Collections.Concurrent;

namespace BugZoo.Collections;

/// <summary>Correct programs: two threads, each of which calls one member of a collection that is made for several threads.</summary>
public static class CollectionPairs
{
    /// <summary>The collections, with the kinds of type arguments.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "ConcurrentDictionary: int, int", "ConcurrentDictionary: string, string", "ConcurrentDictionary: any case", "ConcurrentDictionary: struct, struct", "ConcurrentDictionary: object, object",
        "ConcurrentDictionary: tuple, long",
        "ConcurrentQueue: int", "ConcurrentQueue: string", "ConcurrentQueue: struct", "ConcurrentStack: int", "ConcurrentStack: string", "ConcurrentStack: struct",
        "ConcurrentBag: int", "ConcurrentBag: string", "ConcurrentBag: struct", "BlockingCollection: queue", "BlockingCollection: stack", "BlockingCollection: bag", "BlockingCollection: bounded",
        "ImmutableInterlocked: int, int", "ImmutableInterlocked: string, string", "ImmutableInterlocked: struct, struct", "ImmutableInterlocked: object, object",
    ];

    /// <summary>The type whose members a kind goes through.</summary>
    public static Type TypeOf(string kind) => Of(kind).Of;

    /// <summary>The members, each with what tells one use of it from another.</summary>
    public static IReadOnlyList<string> Operations(string kind) => Of(kind).Names;

    /// <summary>Two threads do one operation each.</summary>
    public static void Run(string kind, int one, int other)
    {
        Action<int> perform = Of(kind).New();
        var thread = new Thread(() => perform(one));
        thread.Start();
        perform(other);
        thread.Join();
    }

    private static IOperations Of(string kind) => kind switch
    {
        "ConcurrentDictionary: int, int" => DictionaryOperations.Of([1, 2, 3], [10, 20, 30]),
        "ConcurrentDictionary: string, string" => DictionaryOperations.Of(["one", "two", "three"], ["a", "b", "c"]),
        "ConcurrentDictionary: any case" => DictionaryOperations.Of(["one", "two", "three"], ["a", "b", "c"], StringComparer.OrdinalIgnoreCase),
        "ConcurrentDictionary: struct, struct" => DictionaryOperations.Of([new Wide(1), new Wide(2), new Wide(3)], [new Wide(10), new Wide(20), new Wide(30)]),
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
        "ImmutableInterlocked: struct, struct" => ImmutableOperations.Of([new Wide(1), new Wide(2), new Wide(3)], [new Wide(10), new Wide(20), new Wide(30)]),
        "ImmutableInterlocked: object, object" => ImmutableOperations.Of(Objects(), Objects()),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind."),
    };

    private static object[] Objects() => [new(), new(), new()];
}
