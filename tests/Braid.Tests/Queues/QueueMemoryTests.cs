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
