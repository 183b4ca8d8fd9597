using Braid.Multiprocessing;
using Braid.Python;

namespace Braid.Tests;

/// <summary>What can be registered, and how long objects and clients live.</summary>
public sealed class ManagerServerTests : TimedTest
{
    [Fact]
    public void Only_interfaces_and_what_python_has_too_can_be_registered()
    {
        using ManagerServer server = ManagerServers.New();
        Assert.Contains("register an interface", Assert.Throws<ArgumentException>(() => server.Register("x", () => new Parts())).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => server.Register("x", () => "text"));
        Assert.Throws<ArgumentException>(() => server.Register("x", (int n) => n));
        Assert.Throws<ArgumentException>(() => server.Register("x", () => new List<int>()));
        Assert.Contains("generic", Assert.Throws<ArgumentException>(() => server.Register<IGeneric>("x", () => null!)).Message, StringComparison.Ordinal);
        Assert.Contains("reference", Assert.Throws<ArgumentException>(() => server.Register<IByReference>("x", () => null!)).Message, StringComparison.Ordinal);
        Assert.Contains("could not tell", Assert.Throws<ArgumentException>(() => server.Register<IAmbiguous>("x", () => null!)).Message, StringComparison.Ordinal);
        Assert.Contains("nope", Assert.Throws<ArgumentException>(() => server.Register<IParts>("x", () => new Parts(), ["nope"])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => server.Register("x", () => new Threading.Lock(), ["acquire"]));
        Assert.Throws<ArgumentException>(() => server.Register<IParts>("", () => new Parts()));
        Assert.Throws<ArgumentNullException>(() => server.Register<IParts>("x", null!));
        foreach (Delegate create in new Delegate[]
        {
            () => new Queues.Queue<int>(), () => new Queues.PriorityQueue<string>(), () => new Threading.Lock(), () => new Threading.RLock(), () => new Threading.Condition(),
            () => new Threading.Semaphore(), () => new Threading.Event(), () => new Threading.Barrier(1), () => new Multiprocessing.Lock(), IParts () => new Parts(),
        })
        {
            server.Register("x", create);
        }
    }

    /// <summary>Locks, queues and events of the program itself, also those that its processes share.</summary>
    [Fact]
    public async Task What_the_program_uses_itself_is_shared_with_clients()
    {
        using var crossing = new Multiprocessing.Queue<string>();
        var mutex = new Multiprocessing.Lock();
        var flag = new Threading.Event();
        using ManagerServer server = ManagerServers.New().Register("queue", () => crossing).Register("lock", () => mutex).Register("flag", () => flag);
        server.Start();
        using Manager manager = ManagerServers.Connect(server);
        using (QueueProxy<string> queue = manager.Create<QueueProxy<string>>("queue"))
        {
            queue.Put("from a client");
            Assert.Equal("from a client", await crossing.GetAsync(Cancellation));
            crossing.Put("to a client");
            Assert.Equal("to a client", queue.Get());
            Assert.Equal("TypeError", Assert.Throws<PythonException>(() => queue.Call("put", 5)).Type.Name);
        }

        LockProxy proxy = manager.Create<LockProxy>("lock");
        using (proxy.EnterScope())
        {
            Assert.True(mutex.Locked);
        }

        Assert.False(mutex.Locked);
        using EventProxy event1 = manager.Create<EventProxy>("flag");
        flag.Set();
        event1.Wait();
        mutex.Close();
    }

    [Fact]
    public void One_object_under_two_names_or_created_twice_has_one_holder()
    {
        var mutex = new Threading.Lock();
        using ManagerServer server = ManagerServers.New().Register("one", () => mutex).Register("other", () => mutex);
        server.Start();
        using Manager manager = ManagerServers.Connect(server);
        LockProxy one = manager.Create<LockProxy>("one");
        LockProxy other = manager.Create<LockProxy>("other");
        LockProxy again = manager.Create<LockProxy>("one");
        Assert.Equal(1, server.ObjectCount);
        one.Acquire();
        Assert.False(other.TryAcquire());
        again.Release();
        Assert.True(other.TryAcquire());
        other.Release();
        one.Close();
        other.Close();
        Assert.Equal(1, server.ObjectCount);
        again.Close();
        Assert.Equal(0, server.ObjectCount);
    }

    [Fact]
    public async Task A_token_among_the_parameters_ends_when_the_caller_goes()
    {
        var parts = new Parts();
        using ManagerServer server = ManagerServers.New().Register<IParts>("parts", () => parts);
        server.Start();
        using Manager manager = ManagerServers.Connect(server);
        IParts proxy = manager.Create<IParts>("parts");
        using var stop = new CancellationTokenSource();
        Task<int> waiting = proxy.WaitAsync("forever", stop.Token);
        await parts.Entered.WaitAsync(Cancellation);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await parts.Cancelled.WaitAsync(Cancellation);
        Assert.Equal(5, await proxy.WaitAsync("five", Cancellation));

        using var again = new CancellationTokenSource();
        using Proxy blocking = manager.Create("parts");
        parts.Entered.Clear();
        Task<int> blocked = Task.Run(() => blocking.CallMethod<int>("wait", ["forever"], null, again.Token), Cancellation);
        await parts.Entered.WaitAsync(Cancellation);
        again.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocked);
        Assert.Equal(5, blocking.Call<int>("wait", "five"));      // and not what the call before returns
    }

    [Fact]
    public void An_object_inside_another_lives_as_long_as_that()
    {
        using ManagerServer server = ManagerServers.New();
        server.Start();
        using Manager manager = ManagerServers.Connect(server);
        ListProxy<object> outer = manager.List<object>();
        ListProxy<object> inner = manager.List<object>([1]);
        outer.Append(inner);
        inner.Dispose();
        Assert.Equal(1, server.ObjectCount);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using (var again = (Proxy)outer[0])
        {
            Assert.Equal(2, server.ObjectCount);
            Assert.Equal([1], again.GetValue<List<int>>());
        }

        string ident = inner.Reference.Token.Ident;
        outer.RemoveAt(0);
        Eventually.Holds(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Record.Exception(() => manager.Link.Control("incref", [ident])) is RemoteErrorException;
        });
        Assert.Equal(1, server.ObjectCount);
        outer.Dispose();
        Assert.Equal(0, server.ObjectCount);
    }

    [Fact]
    public void Objects_that_only_others_held_are_forgotten()
    {
        var table = new ObjectTable(mostObjects: 10);
        var session = new Session("a client", 0, process: null);
        for (int i = 0; i < 5000; i++)
        {
            string ident = Inside(table, session);
            Assert.Equal(0, table.Count);
            _ = ident;
            if (i % 1000 == 999)
            {
                GC.Collect();
            }
        }

        Assert.True(table.EntryCount < 4000, $"{table.EntryCount} entries");
    }

    [Fact]
    public void Only_its_own_references_can_be_given_back()
    {
        var table = new ObjectTable(mostObjects: 10);
        var owner = new Session("a client", 0, process: null);
        var other = new Session("another client", 0, process: null);
        string ident = table.Add(new ListReferent("list", []), owner);
        PythonException refusal = Assert.Throws<PythonException>(() => table.Decrement(ident, other));
        Assert.Contains("another client has no reference", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, table.Count);
        table.Increment(ident, other);
        table.Decrement(ident, owner);
        Assert.Equal(1, table.Count);
        table.End(other);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Proxies_inside_values_carry_the_public_address()
    {
        using ManagerServer server = ManagerServers.New(options: new ManagerServerOptions { PublicAddress = ("example.org", 7) });
        server.Start();
        using Manager manager = ManagerServers.Connect(server);
        using ListProxy<object> outer = manager.List<object>();
        using ListProxy<int> inner = manager.List([1]);
        outer.Append(inner);
        using Connection raw = Client.Connect(server.Address, "a key for tests"u8);
        raw.SendPickle(ManagerWire.Request(null, ManagerWire.AcceptConnection, ["test"]));
        raw.RecvPickle();
        raw.SendPickle(ManagerWire.Request(outer.Reference.Token.Ident, "__getitem__", [0]));
        PickleOptions options = Token.Register(new PickleOptions(), static (token, _) => token);
        Assert.Equal(("example.org", 7), Assert.IsType<Token>(((object?[])raw.RecvPickle(options)!)[1]).Address);
    }

    [Fact]
    public void A_server_on_this_machine_is_the_same_by_name_and_by_number()
    {
        using ManagerServer server = ManagerServers.New(("127.0.0.1", 0));
        server.Start();
        using Manager manager = Manager.Connect(("localhost", server.Address.Port), "a key for tests"u8);
        using ListProxy<object> outer = manager.List<object>();
        using ListProxy<int> inner = manager.List([1]);
        outer.Append(inner);
        using var again = (Proxy)outer[0];
        Assert.Equal([1], again.GetValue<List<int>>());
    }

    /// <summary>Over TCP a host that has no connection for long enough is forgotten; one that has is not.</summary>
    [Fact]
    public void A_host_is_forgotten_when_it_has_no_connection()
    {
        using ManagerServer server = ManagerServers.New(("127.0.0.1", 0), new ManagerServerOptions { ForgetAfter = TimeSpan.FromSeconds(1) });
        server.Start();
        Manager manager = ManagerServers.Connect(server);
        ListProxy<int> list = manager.List([1]);
        LockProxy mutex = manager.Lock();
        mutex.Acquire();
        Assert.Equal(2, server.ObjectCount);
        manager.Link.Close();                              // as if the process had ended
        Eventually.Holds(() => server.ObjectCount == 0 && server.SessionCount == 0);
        list.Dispose();
    }

    [Fact]
    public void A_lock_over_tcp_is_freed_with_its_connection_and_the_program_is_told()
    {
        var mutex = new Threading.Lock();
        var told = new Queues.Queue<(string, string)>();
        using ManagerServer server = ManagerServers.New(("127.0.0.1", 0)).Register("guard", () => mutex);
        server.LockAbandoned += (_, e) => told.Put((e.Typeid, e.Client));
        server.Start();
        using (Manager manager = ManagerServers.Connect(server))
        {
            manager.Create<LockProxy>("guard").Acquire();
            Assert.False(mutex.TryAcquire());
        }

        Assert.True(mutex.TryAcquire(Ample));
        Assert.True(told.TryGet(out (string Typeid, string Client) one, Ample));
        Assert.Equal(("guard", "a connection of host 127.0.0.1"), one);
    }

    [Fact]
    public void A_server_serves_once_and_ends_by_its_token()
    {
        ManagerServer server = ManagerServers.New();
        using var stop = new CancellationTokenSource();
        var thread = new System.Threading.Thread(() => server.ServeForever(stop.Token));
        thread.Start();
        using (Manager manager = ManagerServers.Connect(server))
        {
            Assert.Equal(0, manager.NumberOfObjects());
        }

        Assert.Throws<InvalidOperationException>(server.Start);
        stop.Cancel();
        thread.Join();
        Assert.Throws<ObjectDisposedException>(server.Start);
        Assert.ThrowsAny<IOException>(() => ManagerServers.Connect(server));
        server.Close();
    }

    [Fact]
    public void A_server_in_a_process_of_its_own()
    {
        using Manager manager = Manager.Start(static server => server.Register<IParts>("parts", () => new Parts()));
        Assert.NotEqual(Environment.ProcessId, manager.Process!.Pid);
        using ListProxy<int> list = manager.List([1, 2]);
        list.Append(3);
        Assert.Equal([1, 2, 3], list);
        Assert.Equal(manager.Process.Pid, manager.Create<IParts>("parts").Pid());
        using (Manager other = Manager.Connect(manager.Address, manager.AuthKey))
        {
            Assert.Equal(2, other.NumberOfObjects());
        }

        manager.Shutdown();
        manager.Shutdown();
        Assert.False(manager.Process.IsAlive);
        Assert.Equal(0, manager.Process.ExitCode);
        Assert.False(File.Exists(manager.Address.Path));
        Assert.ThrowsAny<IOException>(() => list.Append(4));
    }

    [Fact]
    public void A_server_that_fails_to_start_says_so()
    {
        IOException failure = Assert.Throws<IOException>(() => Manager.Start(static _ => throw new InvalidOperationException("not today")));
        Assert.Contains("ended before it served", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_whose_process_is_killed_is_noticed()
    {
        using Manager manager = Manager.Start();
        using QueueProxy<int> queue = manager.Queue<int>();
        queue.Put(1);
        manager.Process!.Kill();
        manager.Process.Join(Cancellation);
        Assert.ThrowsAny<IOException>(() => queue.Get());
        Assert.ThrowsAny<IOException>(() => manager.Create("list"));
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static string Inside(ObjectTable table, Session session)
    {
        string ident = table.Add(new ListReferent("list", []), session);
        Assert.NotNull(table.FindForInside(ident));
        table.Decrement(ident, session);
        return ident;
    }

    public interface IParts
    {
        int Pid();

        Task<int> WaitAsync(string what, CancellationToken token);
    }

    public interface IGeneric
    {
        T Get<T>();
    }

    public interface IByReference
    {
        void Get(out int value);
    }

    public interface IAmbiguous
    {
        void Put(int value);

        void Put(string value);
    }

    private sealed class Parts : IParts
    {
        public Threading.Event Entered { get; } = new();

        public Threading.Event Cancelled { get; } = new();

        public int Pid() => Environment.ProcessId;

        public async Task<int> WaitAsync(string what, CancellationToken token)
        {
            if (what == "five")
            {
                return 5;
            }

            Entered.Set();
            try
            {
                await Task.Delay(System.Threading.Timeout.Infinite, token);
            }
            finally
            {
                Cancelled.Set();
            }

            return 0;
        }
    }
}
