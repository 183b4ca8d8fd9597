using System.Runtime.CompilerServices;

namespace Braid.Tests;

/// <summary>A queue lets go of what it gave, and waiting for it costs no memory once it is warm.</summary>
public sealed class QueueMemoryTests : TimedTest
{
    public static TheoryData<string> Kinds => ["Queue", "LifoQueue", "PriorityQueue"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_item_that_was_got_is_not_kept(string kind)
    {
        Queues.Queue<object> queue = NewQueue(kind);
        AssertCollected(Through(() => queue.Put(new object()), () => queue.Get()));
        GC.KeepAlive(queue);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_item_dropped_by_a_shutdown_is_not_kept(string kind)
    {
        Queues.Queue<object> queue = NewQueue(kind);
        AssertCollected(Put(queue));
        GC.KeepAlive(queue);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Put(Queues.Queue<object> queue)
        {
            object item = new();
            queue.Put(item);
            queue.Shutdown(immediate: true);
            return new WeakReference(item);
        }
    }

    [Fact]
    public void An_item_put_into_an_awaiting_getter_is_not_kept()
    {
        Queues.Queue<object> queue = NewQueue("Queue");
        ValueTask<object> get = default;
        AssertCollected(Through(
            () =>
            {
                get = queue.GetAsync();
                queue.Put(new object());
            },
            () => Take(ref get)));
        GC.KeepAlive(queue);
    }

    [Fact]
    public void The_item_of_a_cancelled_put_is_not_kept()
    {
        Queues.Queue<object> queue = NewQueue("Queue");
        queue.Maxsize = 1;
        queue.Put(new object());
        AssertCollected(PutAndCancel(queue));
        GC.KeepAlive(queue);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference PutAndCancel(Queues.Queue<object> queue)
        {
            object item = new();
            using var cancel = new CancellationTokenSource();
            ValueTask put = queue.PutAsync(item, cancel.Token);
            cancel.Cancel();
            Assert.Throws<OperationCanceledException>(() => put.GetAwaiter().GetResult());
            return new WeakReference(item);
        }
    }

    [Fact]
    public async Task An_item_that_a_blocked_thread_got_is_not_kept()
    {
        Queues.Queue<object> queue = NewQueue("Queue");
        await using var getter = new BlockingActor();
        Task<WeakReference> get = getter.Do(() => new WeakReference(queue.Get()));
        Eventually.Holds(() => queue.GetterCount == 1);
        Put(queue);
        AssertCollected(await get);
        GC.KeepAlive(queue);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Put(Queues.Queue<object> queue) => queue.Put(new object());
    }

    /// <summary>After a burst: however the items go, the store is as small as those that are left need it.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_memory_of_a_burst_is_given_back_as_the_items_go(string kind)
    {
        Queues.Queue<object> queue = NewQueue(kind);
        object item = new();
        AssertGivenBack(queue, item, () => queue.Get());
        AssertGivenBack(queue, item, () => queue.GetMany(1000));
        AssertGivenBack(queue, item, () => queue.GetAsync().AsTask().Wait());
        AssertGivenBack(queue, item, () => queue.Shutdown(immediate: true));
    }

    [Fact]
    public void A_simple_queue_gives_the_memory_of_a_burst_back()
    {
        var queue = new Queues.SimpleQueue<object>();
        object item = new();
        for (int index = 0; index < Many; index++)
        {
            queue.Put(item);
        }

        long full = BytesOf(queue);
        while (!queue.Empty)
        {
            queue.Get();
        }

        Assert.InRange(BytesOf(queue), 0, full / 50);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Items_stay_in_order_while_memory_is_given_back(string kind)
    {
        Queues.Queue<int> queue = kind switch
        {
            "LifoQueue" => new Queues.LifoQueue<int>(),
            "PriorityQueue" => new Queues.PriorityQueue<int>(),
            _ => new Queues.Queue<int>(),
        };
        var random = new Random(3);
        var model = new List<int>();
        for (int turn = 0; turn < 30; turn++)
        {
            for (int left = random.Next(10_000); left > 0; left--)
            {
                int item = random.Next();
                queue.Put(item);
                model.Add(item);
            }

            if (kind == "PriorityQueue")
            {
                model.Sort();
            }

            int count = random.Next(model.Count + 1);
            int[] expected = kind == "LifoQueue" ? [.. model.AsEnumerable().Reverse().Take(count)] : [.. model.Take(count)];
            Assert.Equal(expected, Enumerable.Range(0, count).Select(_ => queue.Get()));
            model.RemoveRange(kind == "LifoQueue" ? model.Count - count : 0, count);
        }
    }

    [Fact]
    public void Items_that_come_and_go_about_one_number_move_no_memory()
    {
        var queue = new Queues.Queue<int>();
        for (int index = 0; index < 5000; index++)
        {
            queue.Put(index);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int turn = 0; turn < 100; turn++)
        {
            for (int index = 0; index < 2500; index++)
            {
                queue.Get();
            }

            for (int index = 0; index < 2500; index++)
            {
                queue.Put(index);
            }
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    [Fact]
    public void Awaited_puts_and_gets_allocate_nothing_once_warm()
    {
        var queue = new Queues.Queue<int>(1);
        Exchange(queue, 2000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(queue, 2000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Each turn an awaiting getter is served by a put, and an awaiting putter by a get.</summary>
    private static void Exchange(Queues.Queue<int> queue, int turns)
    {
        for (int i = 0; i < turns; i++)
        {
            ValueTask<int> get = queue.GetAsync();
            ValueTask first = queue.PutAsync(i);
            ValueTask second = queue.PutAsync(i);
            ValueTask third = queue.PutAsync(i);
            bool waited = !third.IsCompleted && get.IsCompleted;
            int sum = get.Result + queue.GetNowait() + queue.GetNowait();
            first.GetAwaiter().GetResult();
            second.GetAwaiter().GetResult();
            third.GetAwaiter().GetResult();
            if (!waited || sum != 3 * i)
            {
                throw new InvalidOperationException("Nobody waited, or got something else.");
            }
        }
    }

    private const int Many = 200_000;

    private static void AssertGivenBack(Queues.Queue<object> queue, object item, Action take)
    {
        for (int index = 0; index < Many; index++)
        {
            queue.Put(item);
        }

        long full = BytesOf(queue);
        Assert.InRange(full, Many * 8L, long.MaxValue);
        while (!queue.Empty)
        {
            take();
        }

        Assert.InRange(BytesOf(queue), 0, full / 50);
    }

    /// <summary>What the arrays take that an object reaches through its own fields and those of what it is made of.</summary>
    private static long BytesOf(object root)
    {
        long bytes = 0;
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var left = new Stack<object>([root]);
        while (left.TryPop(out object? at))
        {
            if (!seen.Add(at))
            {
                continue;
            }

            if (at is Array array)
            {
                bytes += 8L * array.Length;
                continue;
            }

            for (Type? type = at.GetType(); type is not null; type = type.BaseType)
            {
                foreach (System.Reflection.FieldInfo field in type.GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.DeclaredOnly))
                {
                    if (!field.FieldType.IsValueType && field.FieldType != typeof(string) && field.GetValue(at) is { } value and not Delegate)
                    {
                        left.Push(value);
                    }
                }
            }
        }

        return bytes;
    }

    private static Queues.Queue<object> NewQueue(string kind) => kind switch
    {
        "LifoQueue" => new Queues.LifoQueue<object>(),
        "PriorityQueue" => new Queues.PriorityQueue<object>(comparer: Comparer<object>.Create((_, _) => 0)),
        _ => new Queues.Queue<object>(),
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Through(Action put, Func<object> get)
    {
        put();
        return new WeakReference(get());
    }

    private static object Take(ref ValueTask<object> get)
    {
        object item = get.Result;
        get = default;
        return item;
    }

    private static void AssertCollected(WeakReference item) => Eventually.Holds(() =>
    {
        GC.Collect();
        return !item.IsAlive;
    });
}
