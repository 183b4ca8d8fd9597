using Braid.Multiprocessing;
using Braid.Python;
using Braid.Queues;
using Braid.Threading;

namespace Braid.Tests;

/// <summary>Our client, of our server and of that of every CPython of the machine.</summary>
public sealed class ManagerClientTests : TimedTest
{
    public static TheoryData<string> Servers => [.. ManagerServers.All];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_queue(string kind)
    {
        using ManagerServers server = await Start(kind);
        using Manager manager = server.Connect();
        using QueueProxy<string> queue = manager.Queue<string>(2);
        Assert.True(queue.Empty);
        queue.Put("a");
        Assert.True(queue.TryPut("b"));
        Assert.True(queue.Full);
        Assert.False(queue.TryPut("c"));
        Assert.False(queue.TryPut("c", Brief));
        Assert.False(await queue.TryPutAsync("c", Brief, Cancellation));
        Assert.Throws<QueueFullException>(() => queue.PutNowait("c"));
        Assert.Equal(2, queue.Qsize);
        Assert.Equal("a", queue.Get());
        Assert.True(queue.TryGet(out string? item, Ample, Cancellation));
        Assert.Equal("b", item);
        Assert.False(queue.TryGet(out _));
        Assert.False(queue.TryGet(out _, Brief));
        Assert.Equal((false, null), await queue.TryGetAsync(Brief, Cancellation));
        Assert.Throws<QueueEmptyException>(() => queue.GetNowait());
        queue.TaskDone();
        queue.TaskDone();
        queue.Join();
        await queue.JoinAsync(Cancellation);
        Assert.Throws<InvalidOperationException>(queue.TaskDone);
        Task<string> waiting = queue.GetAsync(Cancellation).AsTask();
        await queue.PutAsync("late", Cancellation);
        Assert.Equal("late", await waiting);
        queue.Put("wrong type");
        using QueueProxy<int> numbers = queue.As<QueueProxy<int>>();
        Assert.Throws<PickleException>(() => numbers.Get());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_wait_that_is_cancelled_takes_nothing(string kind)
    {
        using ManagerServers server = await Start(kind);
        using Manager manager = server.Connect();
        using QueueProxy<int> queue = manager.JoinableQueue<int>();
        LockProxy mutex = manager.Lock();
        mutex.Acquire();
        foreach (bool isAwaited in new[] { false, true })
        {
            using var stop = new CancellationTokenSource(Brief);
            if (isAwaited)
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.GetAsync(stop.Token).AsTask());
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mutex.AcquireAsync(stop.Token).AsTask());
            }
            else
            {
                Assert.ThrowsAny<OperationCanceledException>(() => queue.Get(stop.Token));
                Assert.ThrowsAny<OperationCanceledException>(() => mutex.Acquire(stop.Token));
            }
        }

        queue.Put(5);
        Assert.Equal(5, queue.GetNowait());
        mutex.Release();
        Assert.True(mutex.TryAcquire());
        mutex.Release();
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_event(string kind)
    {
        using ManagerServers server = await Start(kind);
        using Manager manager = server.Connect();
        using EventProxy proxy = manager.Event();
        await Use(proxy);

        static async Task Use(IEvent flag)   // as a program's method that takes any event
        {
            Assert.False(flag.IsSet);
            Assert.False(flag.TryWait());
            Assert.False(flag.TryWait(Brief, Cancellation));
            Task waiting = flag.WaitAsync(Cancellation).AsTask();
            flag.Set();
            await waiting;
            flag.Wait();
            Assert.True(await flag.TryWaitAsync(Ample, Cancellation));
            flag.Clear();
            Assert.False(flag.IsSet);
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Locks(string kind)
    {
        using ManagerServers server = await Start(kind);
        using Manager manager = server.Connect();
        LockProxy mutex = manager.Lock();
        using (mutex.EnterScope())
        {
            Assert.False(mutex.TryAcquire());
            Assert.False(mutex.TryAcquire(Brief));
        }

        using (await mutex.EnterScopeAsync(Cancellation))
        {
            Assert.False(await Task.Run(() => mutex.TryAcquire(), Cancellation));
            Assert.False(await mutex.TryAcquireAsync(Brief, Cancellation));
        }

        Assert.Throws<SynchronizationLockException>(mutex.Release);
        mutex.Acquire();
        await Task.Run(mutex.Release, Cancellation);

        RLockProxy nested = manager.RLock();
        nested.Acquire();
        nested.Acquire();
        Assert.False(OnAThread(() => nested.TryAcquire()));
        Assert.IsType<SynchronizationLockException>(OnAThread(() => Record.Exception(nested.Release)));
        nested.Release();
        Assert.False(OnAThread(() => nested.TryAcquire()));
        nested.Release();
        Assert.True(OnAThread(() =>
        {
            bool isTaken = nested.TryAcquire();
            nested.Release();
            return isTaken;
        }));
        Assert.Throws<SynchronizationLockException>(nested.Release);
        Assert.Throws<NotSupportedException>(() => { _ = nested.AcquireAsync(Cancellation); });

        LockProxy permits = manager.Semaphore(2);
        permits.Acquire();
        await permits.AcquireAsync(Cancellation);
        Assert.False(permits.TryAcquire(Brief));
        permits.Release();
        permits.Release();
        LockProxy bounded = manager.BoundedSemaphore();
        Assert.Throws<SemaphoreFullException>(bounded.Release);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_condition_and_a_barrier(string kind)
    {
        using ManagerServers server = await Start(kind);
        using Manager manager = server.Connect();
        ConditionProxy condition = manager.Condition();
        Assert.Throws<SynchronizationLockException>(() => condition.Notify());
        Assert.Throws<SynchronizationLockException>(condition.Wait);
        bool isReady = false;
        bool isSeen = false;
        var waiter = new System.Threading.Thread(() =>
        {
            using Scope held = condition.EnterScope();
            Volatile.Write(ref isReady, true);
            condition.WaitFor(() => Volatile.Read(ref isSeen));
        });
        waiter.Start();
        Eventually.Holds(() => Volatile.Read(ref isReady));
        using (condition.EnterScope())
        {
            Assert.False(condition.TryWait(Brief));
            Volatile.Write(ref isSeen, true);
            condition.NotifyAll();
        }

        waiter.Join();
        using BarrierProxy barrier = manager.Barrier(2);
        Task<int> first = barrier.WaitAsync().AsTask();
        int second = barrier.Wait();
        Assert.Equal([0, 1], new[] { await first, second }.Order());
        Assert.Equal(2, barrier.Parties);
        Assert.Throws<BrokenBarrierException>(() => barrier.Wait(Brief));
        Assert.True(barrier.Broken);
        barrier.Reset();
        Assert.False(barrier.Broken);
        Assert.Equal(0, barrier.Waiting);
        barrier.Abort();
        Assert.Throws<BrokenBarrierException>(() => barrier.Wait());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_list(string kind)
    {
        using ManagerServers server = await Start(kind);
        using Manager manager = server.Connect();
        using ListProxy<int> list = manager.List([3, 1, 2]);
        Assert.Equal(3, list.Length);
        Assert.Equal([3, 1, 2], list);
        list.Append(9);
        list.Extend([7, 8]);
        list.Insert(0, 5);
        list[1] = 30;
        Assert.Equal((5, 8), (list[0], list[-1]));
        Assert.Equal([5, 1, 9, 8], list.GetSlice(new PythonSlice(null, null, 2)));
        Assert.Equal(8, list.Pop());
        Assert.Equal(5, list.Pop(0));
        Assert.True(list.Remove(30));
        Assert.False(list.Remove(30));
        list.RemoveAt(-1);
        Assert.Equal([1, 2, 9], list.GetValue());
        Assert.True(list.Contains(9));
        Assert.False(list.Contains(99));
        Assert.Equal((1, 0, 2, -1), (list.Count(2), list.Count(99), list.Index(9), list.Index(99)));
        list.Sort(reverse: true);
        list.Append(1);
        list.Reverse();
        Assert.Equal([1, 1, 2, 9], list.GetValue());
        Assert.Throws<ArgumentOutOfRangeException>(() => list[50]);
        Assert.Throws<ArgumentOutOfRangeException>(() => list[50] = 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => list.Pop(50));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.RemoveAt(50));
        Assert.Equal("[1, 1, 2, 9]", list.ToString());
        Assert.Equal([9L, 2L, 1L, 1L], list.Call<List<long>>("__reversed__"));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_dictionary(string kind)
    {
        using ManagerServers server = await Start(kind);
        using Manager manager = server.Connect();
        using DictProxy<string, int> ages = manager.Dict(new Dictionary<string, int> { ["Ann"] = 30 });
        ages["Bob"] = 40;
        ages.Update(new Dictionary<string, int> { ["Cid"] = 50, ["Dot"] = 60 });
        Assert.Equal(4, ages.Length);
        Assert.Equal(30, ages["Ann"]);
        Assert.Throws<KeyNotFoundException>(() => ages["Eve"]);
        Assert.True(ages.TryGet("Bob", out int age));
        Assert.Equal(40, age);
        Assert.False(ages.TryGet("Eve", out _));
        Assert.True(ages.ContainsKey("Cid"));
        Assert.True(ages.Remove("Cid"));
        Assert.False(ages.Remove("Cid"));
        Assert.Equal(40, ages.Pop("Bob"));
        Assert.Throws<KeyNotFoundException>(() => ages.Pop("Bob"));
        Assert.Equal(("Dot", 60), ages.PopItem());
        Assert.Equal(30, ages.SetDefault("Ann", 1));
        Assert.Equal(1, ages.SetDefault("Eve", 1));
        Assert.Equal(["Ann", "Eve"], ages.Keys());
        Assert.Equal([30, 1], ages.Values());
        Assert.Equal(new Dictionary<string, int> { ["Ann"] = 30, ["Eve"] = 1 }, ages.GetValue());
        Assert.Equal(31, ages.Sum(static one => one.Value));
        using (var keys = ages.Call<Proxy>("__iter__").As<IteratorProxy<string>>())
        {
            Assert.Equal(["Ann", "Eve"], keys);
        }

        var awaited = new List<string>();
        await foreach (string key in (await ages.CallAsync<IAsyncEnumerable<string>>("__iter__")).WithCancellation(Cancellation))
        {
            awaited.Add(key);
        }

        Assert.Equal(["Ann", "Eve"], awaited);
        ages.Clear();
        Assert.Throws<KeyNotFoundException>(() => ages.PopItem());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_value_an_array_and_a_namespace(string kind)
    {
        using ManagerServers server = await Start(kind);
        using Manager manager = server.Connect();
        using ValueProxy<int> value = manager.Value("i", 5);
        value.Value++;
        Assert.Equal(6, value.Value);
        using ArrayProxy<double> array = manager.Array("d", [1.5, 2]);
        array[0] = 2.5;
        Assert.Equal((2, 2.5, 2.0), (array.Length, array[0], array[-1]));
        Assert.Equal([2.5, 2.0], array);
        Assert.Throws<ArgumentOutOfRangeException>(() => array[5]);
        using ArrayProxy<byte> bytes = manager.Array<byte>("B", [1, 2]);
        Assert.Equal([1, 2], bytes.GetValue());
        Assert.Equal("OverflowError", Assert.Throws<PythonException>(() => bytes.As<ArrayProxy<int>>()[0] = 256).Type.Name);
        using NamespaceProxy names = manager.Namespace();
        names["x"] = 5;
        names["y"] = "text";
        Assert.Equal(5, names.Get<int>("x"));
        Assert.Equal("AttributeError", Assert.Throws<PythonException>(() => names["z"]).Type.Name);
        Assert.Throws<ArgumentException>(() => names["__class__"]);
        Assert.Equal(new Dictionary<string, object?> { ["x"] = 5L, ["y"] = "text" }, names.GetValue());
        names.Delete("x");
        Assert.Throws<PythonException>(() => names.Delete("x"));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_proxy_inside_another_object_is_that_object(string kind)
    {
        using ManagerServers server = await Start(kind);
        using Manager manager = server.Connect();
        using ListProxy<ListProxy<int>> outer = manager.List<ListProxy<int>>();
        using (ListProxy<int> inner = manager.List([1]))
        {
            outer.Append(inner);
            outer[0].Append(2);
            Assert.Equal([1, 2], inner);
        }

        GC.Collect();
        using ListProxy<int> again = outer[0];
        Assert.Equal([1, 2], again);
        using DictProxy<string, object> table = manager.Dict<string, object>();
        table["list"] = again;
        ((Proxy)table["list"]).Call("append", 3);
        Assert.Equal([1, 2, 3], again);
        using QueueProxy<object> queue = manager.Queue<object>();
        queue.Put(again);
        Assert.Equal("list", Assert.IsAssignableFrom<Proxy>(queue.Get()).Typeid);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_object_of_a_class_dynamically_and_by_an_interface(string kind)
    {
        using ManagerServers server = await Start(kind, overTcp: true);
        using Manager manager = await Manager.ConnectAsync(server.Address, "a key for tests"u8, server.Options, Cancellation);
        using Proxy scorer = manager.Create("Scorer", 2.0);
        Assert.Equal(12.0, scorer.Call<double>("score", new[] { 1.0, 2.0, 3.0 }));
        Assert.Equal("TEXT", scorer.CallMethod<string>("describe", ["text"], new Dictionary<string, object?> { ["upper"] = true }));
        Assert.Equal(12.0, await scorer.CallAsync<double>("score", new List<double> { 1, 2, 3 }));
        Assert.Contains("score", scorer.Exposed);
        ManagerServers.IScorer typed = scorer.As<ManagerServers.IScorer>();
        Assert.Equal(6.0, typed.Score([1, 2]));
        Assert.Equal("text", typed.Describe("text"));
        Assert.Equal([0, 1, 2], typed.Steps(3));
        PythonException failure = Assert.Throws<PythonException>(() => typed.Fail("value"));
        Assert.Equal(("ValueError", "bad", 3L), (failure.Type.Name, failure.Args[0], failure.Args[1]));
        Assert.Equal(["zz"], Assert.Throws<PythonException>(() => typed.Fail("key")).Args);
        Assert.Throws<RemoteErrorException>(() => typed.Unpicklable());
        Assert.NotEqual(0, kind == ManagerServers.Braid ? await typed.PidAsync() : scorer.Call<long>("pid"));
        Assert.Contains("_private", Assert.Throws<RemoteErrorException>(() => scorer.Call("_private")).RemoteTraceback, StringComparison.Ordinal);
        Assert.Contains("Nope", Assert.Throws<RemoteErrorException>(() => manager.Create("Nope")).Message, StringComparison.Ordinal);
        Assert.Throws<PickleException>(() => scorer.Call("score", new object()));
        Assert.Equal(12.0, scorer.Call<double>("score", new[] { 1.0, 2.0, 3.0 }));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task References_are_counted_and_given_back(string kind)
    {
        using ManagerServers server = await Start(kind);
        using Manager manager = server.Connect();
        Assert.Equal(0, manager.NumberOfObjects());
        Proxy list = manager.Create("list", new List<int> { 1 });
        Proxy dictionary = manager.Create("dict");
        Assert.Equal(2, manager.NumberOfObjects());
        Assert.Contains("refcount=1", manager.DebugInfo(), StringComparison.Ordinal);
        list.Dispose();
        list.Dispose();
        Assert.Equal(1, manager.NumberOfObjects());
        Assert.Throws<ObjectDisposedException>(() => list.Call("append", 1));
        dictionary.Dispose();
        Assert.Equal(0, manager.NumberOfObjects());
        LoseOne(manager);
        Eventually.Holds(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return manager.NumberOfObjects() == 0;
        });
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_server_that_goes_is_noticed(string kind)
    {
        ManagerServers server = await Start(kind);
        using Manager manager = server.Connect();
        QueueProxy<int> queue = manager.Queue<int>();
        Task<int> waiting = Task.Run(() => queue.Get(), Cancellation);
        Eventually.Holds(() => manager.Link.ConnectionCount == 1);
        server.Dispose();
        await Assert.ThrowsAnyAsync<IOException>(() => waiting);
        Assert.ThrowsAny<IOException>(() => queue.Qsize);
        Assert.ThrowsAny<IOException>(() => manager.Create("list"));
        queue.Dispose();
    }

    [Fact]
    public async Task The_wrong_key_is_turned_away()
    {
        using ManagerServers server = await Start(ManagerServers.Braid);
        Assert.Throws<AuthenticationException>(() => Manager.Connect(server.Address, "another key"u8));
        using var stranger = new Listener(authKey: "a key for tests"u8);
        Task answer = Task.Run(
            async () =>
            {
                using Connection connection = await stranger.AcceptAsync(Cancellation);
                await connection.RecvBytesAsync(token: Cancellation);
                connection.SendPickle("no reply of a manager");
            },
            Cancellation);
        Assert.Throws<InvalidDataException>(() => Manager.Connect(stranger.Address, "a key for tests"u8));
        await answer;
    }

    [Fact]
    public async Task A_proxy_of_another_server_is_refused()
    {
        using ManagerServers one = await Start(ManagerServers.Braid);
        using ManagerServers other = await Start(ManagerServers.Braid);
        using Manager here = one.Connect();
        using Manager there = other.Connect();
        using ListProxy<object> list = here.List<object>();
        using ListProxy<object> foreign = there.List<object>();
        Assert.Contains("another manager", Assert.Throws<RemoteErrorException>(() => list.Append(foreign)).Message, StringComparison.Ordinal);
        Assert.Equal(0, list.Length);
    }

    [Fact]
    public async Task A_wait_with_a_token_lasts_as_long_as_its_timeout()
    {
        using ManagerServers server = await Start(ManagerServers.Braid);
        using Manager manager = server.Connect();
        using QueueProxy<int> queue = manager.Queue<int>();
        TimeSpan time = TimeSpan.FromMilliseconds(600);      // more than two of the slices in which it waits
        foreach (bool isAwaited in new[] { false, true })
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            Assert.False(isAwaited ? (await queue.TryGetAsync(time, Cancellation)).Success : queue.TryGet(out _, time, Cancellation));
            Assert.True(watch.Elapsed >= time - Brief, $"{watch.Elapsed}");
        }
    }

    [Fact]
    public async Task A_queue_is_shut_down_with_or_without_what_is_in_it()
    {
        using ManagerServers server = await Start(ManagerServers.Braid);
        using Manager manager = server.Connect();
        foreach (bool isImmediate in new[] { false, true })
        {
            using QueueProxy<int> queue = manager.Queue<int>();
            queue.Put(1);
            queue.Shutdown(isImmediate);
            Assert.Throws<QueueShutDownException>(() => queue.Put(2));
            if (!isImmediate)
            {
                Assert.Equal(1, queue.Get());
            }

            Assert.Throws<QueueShutDownException>(() => queue.Get());
        }
    }

    [Fact]
    public async Task A_connection_serves_one_call_at_a_time_and_calls_run_beside_each_other()
    {
        using ManagerServers server = await Start(ManagerServers.Braid);
        using Manager manager = server.Connect();
        using QueueProxy<int> queue = manager.Queue<int>();
        Task<int>[] waiting = [.. Enumerable.Range(0, 20).Select(_ => queue.GetAsync(Cancellation).AsTask())];
        for (int i = 0; i < waiting.Length; i++)
        {
            queue.Put(i);
        }

        Assert.Equal(Enumerable.Range(0, 20), (await Task.WhenAll(waiting)).Order());
    }

    private static async Task<ManagerServers> Start(string kind, bool overTcp = false) => await ManagerServers.Start(kind, overTcp);

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void LoseOne(Manager manager) => manager.Create("dict");

    private static T OnAThread<T>(Func<T> call)
    {
        T result = default!;
        var thread = new System.Threading.Thread(() => result = call());
        thread.Start();
        thread.Join();
        return result;
    }
}
