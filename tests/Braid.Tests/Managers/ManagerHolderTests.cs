using Braid.Multiprocessing;
using Braid.Python;

namespace Braid.Tests;

/// <summary>What clients hold, and what becomes of it when they go. Over TCP, where the holder is the connection.</summary>
public sealed class ManagerHolderTests : TimedTest
{
    [Fact]
    public void A_lock_that_a_client_has_released_is_not_released_again_at_its_end()
    {
        var mutex = new Threading.Lock();
        var told = new Queues.Queue<string>();
        using ManagerServer server = New().Register("guard", () => mutex);
        server.LockAbandoned += (_, e) => told.Put(e.Client);
        server.Start();
        using (Manager manager = ManagerServers.Connect(server))
        {
            LockProxy proxy = manager.Create<LockProxy>("guard");
            proxy.Acquire();
            proxy.Release();
            Assert.True(mutex.TryAcquire());
        }

        Eventually.Holds(() => server.ConnectionCount == 0);
        Assert.True(mutex.Locked);
        Assert.True(told.Empty);
        mutex.Release();
    }

    [Fact]
    public void Permits_go_back_once_whoever_has_released_them()
    {
        var permits = new Threading.BoundedSemaphore(4);
        using ManagerServer server = New().Register("permits", () => permits);
        server.Start();
        Manager one = ManagerServers.Connect(server);
        using Manager other = ManagerServers.Connect(server);
        LockProxy ofOne = one.Create<LockProxy>("permits");
        LockProxy ofOther = other.Create<LockProxy>("permits");
        ofOne.Acquire();
        ofOther.Acquire();
        ofOther.Release();                                   // its own, and not what the first client has taken
        one.Dispose();
        Eventually.Holds(() => permits.Value == 4);
        ofOther.Acquire();
        ofOther.Acquire();
        ofOther.Release(2);
        Assert.Equal(4, permits.Value);
        Assert.Throws<SemaphoreFullException>(ofOther.Release);
    }

    /// <summary>As often as it is held, and one that was released in part too.</summary>
    [Fact]
    public void A_re_entrant_lock_is_released_as_often_as_it_was_acquired()
    {
        var nested = new Threading.RLock();
        using ManagerServer server = New().Register("nested", () => nested);
        server.Start();
        using (Manager manager = ManagerServers.Connect(server))
        {
            RLockProxy proxy = manager.Create<RLockProxy>("nested");
            proxy.Acquire();
            proxy.Acquire();
            proxy.Acquire();
            proxy.Release();
        }

        Assert.True(nested.TryAcquire(Ample));
        nested.Release();
    }

    [Fact]
    public async Task A_party_that_goes_while_it_waits_breaks_the_barrier()
    {
        var barrier = new Threading.Barrier(2);
        using ManagerServer server = New().Register("barrier", () => barrier);
        server.Start();
        Manager manager = ManagerServers.Connect(server);
        BarrierProxy proxy = manager.Create<BarrierProxy>("barrier");
        Task waiting = proxy.WaitAsync().AsTask();
        Eventually.Holds(() => barrier.Waiting == 1);
        manager.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
        Eventually.Holds(() => barrier.Broken);
    }

    [Fact]
    public async Task A_join_ends_with_the_client_that_waits()
    {
        var jobs = new Queues.Queue<int>();
        jobs.Put(1);
        using ManagerServer server = New().Register("jobs", () => jobs);
        server.Start();
        Manager manager = ManagerServers.Connect(server);
        Task joining = manager.Create<QueueProxy<int>>("jobs").JoinAsync(Cancellation).AsTask();
        Eventually.Holds(() => jobs.JoinerCount == 1);
        manager.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => joining);
        Eventually.Holds(() => jobs.JoinerCount == 0 && server.ConnectionCount == 0);
    }

    [Fact]
    public void A_lock_whose_holder_died_in_the_servers_program_is_reported_and_acquired()
    {
        var mutex = new Multiprocessing.Lock();
        AbandonedLockTests.HoldAsDead(mutex);
        var told = new Queues.Queue<(string, string)>();
        using ManagerServer server = New().Register("guard", () => mutex);
        server.LockAbandoned += (_, e) => told.Put((e.Typeid, e.Client));
        server.Start();
        using Manager manager = ManagerServers.Connect(server);
        LockProxy proxy = manager.Create<LockProxy>("guard");
        Assert.True(proxy.TryAcquire(Ample));
        Assert.True(told.TryGet(out (string, string) one, Ample));
        Assert.Equal(("guard", "a process of the server's program"), one);
        proxy.Release();
        Assert.False(mutex.Locked);
        mutex.Close();
    }

    [Fact]
    public void A_thread_that_ends_with_a_re_entrant_lock_leaves_it_to_the_next()
    {
        using ManagerServer server = New();
        server.Start();
        using Manager manager = ManagerServers.Connect(server);
        RLockProxy nested = manager.RLock();
        var thread = new System.Threading.Thread(() => nested.Acquire());
        thread.Start();
        thread.Join();
        Eventually.Holds(() => nested.TryAcquire());
        nested.Release();
    }

    [Fact]
    public async Task A_release_that_is_refused_leaves_the_other_locks_of_the_thread()
    {
        using ManagerServer server = New();
        server.Start();
        using Manager manager = ManagerServers.Connect(server);
        RLockProxy held = manager.RLock();
        RLockProxy free = manager.RLock();
        using QueueProxy<int> queue = manager.Queue<int>();
        held.Acquire();
        Assert.Throws<SynchronizationLockException>(free.Release);
        Task<int> other = queue.GetAsync(Cancellation).AsTask();     // over whatever connection is free
        Eventually.Holds(() => manager.Link.ConnectionCount == 2);
        held.Release();
        Assert.Throws<SynchronizationLockException>(held.Release);
        queue.Put(1);
        Assert.Equal(1, await other);
    }

    [Fact]
    public void A_connection_that_has_failed_holds_nothing_any_more()
    {
        string path = Path.Combine(Path.GetTempPath(), $"braid-test-{Guid.NewGuid():N}");
        ManagerServer first = ManagerServers.New(path);
        first.Start();
        using Manager manager = ManagerServers.Connect(first);
        RLockProxy nested = manager.RLock();
        using ListProxy<int> list = manager.List<int>();
        nested.Acquire();
        list.Append(1);                                              // leaves a second connection, which nothing uses
        first.Dispose();
        Assert.ThrowsAny<IOException>(() => nested.TryAcquire());
        using ManagerServer second = ManagerServers.New(path);
        second.Start();
        RLockProxy other = manager.RLock();
        other.Acquire();
        other.Release();
    }

    [Fact]
    public void Whoever_has_ended_can_hold_nothing()
    {
        var holder = new Holdings("a client");
        var one = new Held();
        Assert.True(holder.TryAdd(one));
        holder.End();
        Assert.Same(holder, one.AbandonedBy);
        Assert.False(holder.TryAdd(one));
    }

    /// <summary>However short the time is after which it would be forgotten: its last connection is still open.</summary>
    [Fact]
    public async Task A_host_that_has_a_connection_is_not_forgotten()
    {
        using ManagerServer server = ManagerServers.New(("127.0.0.1", 0), new ManagerServerOptions { ForgetAfter = 5 * Brief });
        server.Start();
        using Manager manager = ManagerServers.Connect(server);      // whose first connection has ended: the time runs
        using Connection held = Client.Connect(server.Address, "a key for tests"u8);
        held.SendPickle(ManagerWire.Request(null, ManagerWire.AcceptConnection, ["test"]));
        held.RecvPickle();
        using ListProxy<int> list = manager.List([1]);
        await Task.Delay(20 * Brief, Cancellation);                  // a fault would show by now; without one nothing can happen
        Assert.Equal(1, server.ObjectCount);
        Assert.Equal([1], list.GetValue());
    }

    private static ManagerServer New() => ManagerServers.New(("127.0.0.1", 0));

    private sealed class Held : IHeld
    {
        public Holdings? AbandonedBy { get; private set; }

        public void Abandon(Holdings holder) => AbandonedBy = holder;
    }
}
