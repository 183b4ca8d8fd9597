using Braid.Python;

namespace Braid.Tests;

/// <summary>Every CPython of the machine as a client of our server.</summary>
public sealed class PythonManagerClientTests : TimedTest
{
    public static TheoryData<string> Interpreters => [.. Pythons.All];

    /// <summary>
    /// Some two hundred and fifty lines, each of which must print what it prints with CPython's own server: every type of SyncManager,
    /// every method, with what they return and what they raise.
    /// </summary>
    [Theory]
    [MemberData(nameof(Interpreters))]
    public async Task A_python_program_finds_every_type_as_pythons_own_server_has_it(string interpreter)
    {
        Interpreter python = await New(interpreter);
        string[] expected = (await python.Run([ManagerServers.Script, "own"])).Split('\n');
        // Over TCP a Python that sends two messages one after the other waits for the system each time, so one of them is enough.
        Multiprocessing.Address?[] addresses = interpreter == Pythons.All[^1] ? [null, ("127.0.0.1", 0)] : [null];
        foreach (Multiprocessing.Address? address in addresses)
        {
            using ManagerServer server = ManagerServers.New(address);
            server.Start();
            string[] actual = (await python.Run([ManagerServers.Script, "connect", Text(server), ManagerServers.Key])).Split('\n');
            // Over TCP a lock belongs to the connection of its thread, which has ended there.
            Func<string, bool> isAlike = line => address is null || !line.Contains("# by process", StringComparison.Ordinal);
            Assert.Equal(expected.Where(isAlike), actual.Where(isAlike));
            if (address is null)
            {
                Eventually.Holds(() => server.ObjectCount == 0 && server.SessionCount == 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Interpreters))]
    public async Task A_queue_that_python_fills_is_drained_here(string interpreter)
    {
        const string Program = """
            import sys
            from multiprocessing.managers import BaseManager
            class Jobs(BaseManager): pass
            Jobs.register('jobs')
            m = Jobs(address=sys.argv[1], authkey=sys.argv[2].encode()); m.connect()
            q = m.jobs()
            for i in range(100): q.put('job %d' % i)
            q.put(5) if len(sys.argv) > 3 else q.join()
            print(q.qsize())
            """;
        await New(interpreter);
        var jobs = new Queues.Queue<string>();
        using ManagerServer server = ManagerServers.New().Register("jobs", () => jobs);
        server.Start();
        Task<string> client = Python.RunOn(interpreter, Program, Text(server), ManagerServers.Key);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal($"job {i}", await jobs.GetAsync(Cancellation));
            jobs.TaskDone();
        }

        Assert.Equal("0", await client);
        await Assert.ThrowsAnyAsync<Exception>(() => Python.RunOn(interpreter, Program, Text(server), "another key"));
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Python.RunOn(interpreter, Program, Text(server), ManagerServers.Key, "wrong type"));
        Assert.Contains("TypeError: item: A System.Int64 is no System.String", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Interpreters))]
    public async Task Python_calls_the_members_of_an_interface_and_no_others(string interpreter)
    {
        const string Program = """
            import sys
            from array import array
            from multiprocessing import current_process
            from multiprocessing.managers import SyncManager, RemoteError
            class M(SyncManager): pass
            M.register('Store'); M.register('shared')
            current_process().authkey = sys.argv[2].encode()
            m = M(address=sys.argv[1], authkey=sys.argv[2].encode()); m.connect()
            def show(f, *args, **kwds):
                try: print(repr(f(*args, **kwds)))
                except RemoteError as e: print('RemoteError', str(e).strip().splitlines()[-2])
                except Exception as e: print(type(e).__name__, *e.args)
            s = m.Store('first', size=2)
            show(s.describe); show(s.Describe); show(s.add, [1, 2], scale=2.5); show(s.add, array('d', [1, 2]))
            show(s.add, values=(1, 2)); show(s.add, 'ab'); show(s.add); show(s.add, [1], nope=1)
            show(s.count); show(s.get_count); show(s.set_count, 7); show(s.count)
            show(s.load_async, 'x'); show(s.load, 'x'); show(s.save); show(s.total); show(s.total, 5)
            show(s.look_up, 'nope'); show(s.fail, 'argument'); show(s.fail, 'odd'); show(s.fail, 'time')
            show(lambda: list(s.steps(3))); show(lambda: list(s.later_steps(3)))
            show(lambda: s.child().describe()); show(s.take, s); show(s.take, m.list())
            show(s._callmethod, 'Secret'); show(s._callmethod, 'GetType'); show(s._callmethod, 'ToString'); show(s._callmethod, 'Dispose')
            show(s._callmethod, 'get_Count'); show(s._callmethod, '__getattribute__', ('__class__',)); show(str, s)
            show(s.__getitem__, 'key'); show(s.__setitem__, 'key', 3); show(s.__getitem__, 'key')
            show(m.Store); show(m.Store, 'x', 'y'); show(m.Store, nope=1); show(m.shared().describe); show(m.Pool)
            """;
        Interpreter python = await New(interpreter);
        var shared = new Store("shared", 0);
        using ManagerServer server = ManagerServers.New();
        server.Register("Store", (string name, int size = 1) => (IStore)new Store(name, size));
        server.Register<IStore>("shared", () => shared, ["describe"]);
        server.Start();
        string[] lines = (await python.Run(["-c", Program, Text(server), ManagerServers.Key])).Split('\n');
        Assert.Equal(
            [
                "'first 2'", "'first 2'", "7.5", "3.0",
                "3.0", "TypeError values: A System.String is no System.Double[], or not exactly.", "TypeError add() is missing the argument 'values'",
                "TypeError add() got an unexpected keyword argument 'nope'",
                "2", "2", "None", "7",
                "'x loaded'", "'x loaded'", "None", "0", "5",
                "KeyError nope", "ValueError wrong (Parameter 'kind')", "RemoteError Braid.Tests.PythonManagerClientTests+OddException: odd",
                "TimeoutError too late",
                "[0, 1, 2]", "[0, 1, 2]",
                "'child of first 0'", "'first 7'", "TypeError other: A Braid.Python.ListReferent is no Braid.Tests.PythonManagerClientTests+IStore, or not exactly.",
                "RemoteError AttributeError: 'Store' object has no attribute 'Secret'", "RemoteError AttributeError: 'Store' object has no attribute 'GetType'",
                "RemoteError AttributeError: 'Store' object has no attribute 'ToString'", "RemoteError AttributeError: 'Store' object has no attribute 'Dispose'",
                "RemoteError AttributeError: 'Store' object has no attribute 'get_Count'",
                "RemoteError AttributeError: 'Store' object has no attribute '__getattribute__'", "'the store first'",
                "0", "None", "3",
                "RemoteError TypeError: \"Store() is missing the argument 'name'\"", "RemoteError TypeError: 'size: A System.String is no System.Int32, or not exactly.'",
                "RemoteError TypeError: \"Store() got an unexpected keyword argument 'nope'\"", "'shared 0'",
                "RemoteError NotImplementedError: 'Pool is not served: what it runs are functions, and code does not cross. Register an interface.'",
            ],
            lines.Select(static line => line.Replace("\\'", "'", StringComparison.Ordinal)));
    }

    /// <summary>Its references go, its locks are freed, and what it waits for is not given to it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_is_killed_leaves_nothing_behind(bool overTcp)
    {
        const string Program = """
            import sys, threading
            from multiprocessing.managers import SyncManager
            class M(SyncManager): pass
            for name in ['guard', 'nested', 'permits', 'condition', 'jobs', 'flag']: M.register(name)
            a = sys.argv[1]
            a = (a.split(':')[0], int(a.split(':')[1])) if ':' in a else a
            m = M(address=a, authkey=sys.argv[2].encode()); m.connect()
            kept = [m.list([i]) for i in range(10)] + [m.dict(), m.Queue()]
            guard, nested, permits, condition, jobs, flag = m.guard(), m.nested(), m.permits(), m.condition(), m.jobs(), m.flag()
            it = iter(m.dict(a=1)); next(it)
            guard.acquire(); nested.acquire(); nested.acquire(); permits.acquire(); permits.acquire()
            condition.acquire()
            threading.Thread(target=jobs.get).start()
            threading.Thread(target=flag.wait).start()
            print('ready', flush=True)
            sys.stdin.read()
            """;
        var guard = new Threading.Lock();
        var nested = new Threading.RLock();
        var permits = new Threading.BoundedSemaphore(2);
        var condition = new Threading.Condition();
        var jobs = new Queues.Queue<string>();
        var flag = new Threading.Event();
        var abandoned = new Queues.Queue<string>();
        using ManagerServer server = ManagerServers.New(
            overTcp ? ("127.0.0.1", 0) : null, new ManagerServerOptions { ForgetAfter = TimeSpan.FromSeconds(10) });
        server.Register("guard", () => guard).Register("nested", () => nested).Register("permits", () => permits)
            .Register("condition", () => condition).Register("jobs", () => jobs).Register("flag", () => flag);
        server.LockAbandoned += (_, e) => abandoned.Put(e.Typeid);
        server.Start();
        using (Python client = Python.Start(Program, Text(server), ManagerServers.Key))
        {
            Assert.Equal("ready", await client.ReadLine());
            Eventually.Holds(() => jobs.GetterCount == 1 && flag.WaiterCount == 1);
            Assert.True(server.ObjectCount > 15, $"{server.ObjectCount} objects");
            Assert.False(guard.TryAcquire());
            Assert.False(nested.TryAcquire());
            Assert.False(permits.TryAcquire());
            Assert.False(condition.TryAcquire());
        }

        Assert.True(guard.TryAcquire(Ample));
        Assert.True(nested.TryAcquire(Ample));
        Assert.True(permits.TryAcquire(Ample));
        Assert.True(permits.TryAcquire(Ample));
        Assert.True(condition.TryAcquire(Ample));
        Eventually.Holds(() => jobs.GetterCount == 0 && flag.WaiterCount == 0);
        jobs.Put("kept");
        Assert.Equal("kept", jobs.GetNowait());
        Eventually.Holds(() => server.ObjectCount == 0 && server.SessionCount == 0 && server.ConnectionCount == 0);
        string[] told = new string[4];
        for (int i = 0; i < told.Length; i++)
        {
            Assert.True(abandoned.TryGet(out string? one, Ample));
            told[i] = one;
        }

        Assert.Equal(["condition", "guard", "nested", "permits"], told.Order(StringComparer.Ordinal));
        nested.Release();
        condition.Release();
    }

    /// <summary>A thread of Python may end while it holds a lock that another thread of its process is to release.</summary>
    [Fact]
    public async Task A_lock_outlives_the_thread_that_acquired_it_and_not_its_process()
    {
        const string Program = """
            import sys, threading
            from multiprocessing.managers import SyncManager
            class M(SyncManager): pass
            M.register('guard')
            m = M(address=sys.argv[1], authkey=sys.argv[2].encode()); m.connect()
            guard = m.guard()
            t = threading.Thread(target=guard.acquire); t.start(); t.join()
            print('acquired', flush=True)
            sys.stdin.readline()
            guard.release()
            print('released', flush=True)
            sys.stdin.readline()
            """;
        var guard = new Threading.Lock();
        using ManagerServer server = ManagerServers.New().Register("guard", () => guard);
        server.Start();
        using Python client = Python.Start(Program, Text(server), ManagerServers.Key);
        Assert.Equal("acquired", await client.ReadLine());
        Eventually.Holds(() => server.ConnectionCount == 0);
        Assert.False(guard.TryAcquire());
        await client.WriteLine("");
        Assert.Equal("released", await client.ReadLine());
        Assert.True(guard.TryAcquire());
        await client.WriteLine("");
    }

    private static async Task<Interpreter> New(string interpreter)
    {
        Version version = await Pythons.VersionOf(interpreter);
        Assert.SkipWhen(version < new Version(3, 7), "It has no module _queue, whose Empty every later one sends.");
        return new Interpreter(interpreter, version);
    }

    private static string Text(ManagerServer server) => server.Address.ToString();

    public interface IStore : IDisposable
    {
        int Count { get; set; }

        int this[string key] { get; set; }

        string Describe();

        double Add(double[] values, double scale = 1);

        Task<string> LoadAsync(string name, CancellationToken token);

        ValueTask SaveAsync();

        int Total();

        int Total(int atLeast);

        string LookUp(string key);

        void Fail(string kind);

        IEnumerable<int> Steps(int count);

        IAsyncEnumerable<int> LaterSteps(int count);

        IStore Child();

        string Take(IStore other);
    }

    private sealed class Store(string name, int size) : IStore
    {
        private readonly Dictionary<string, int> _values = [];

        public int Count { get; set; } = size;

        public int this[string key]
        {
            get => _values.GetValueOrDefault(key);
            set => _values[key] = value;
        }

        public string Describe() => $"{name} {Count}";

        public double Add(double[] values, double scale) => values.Sum() * scale;

        public async Task<string> LoadAsync(string name, CancellationToken token)
        {
            await Task.Yield();
            token.ThrowIfCancellationRequested();
            return $"{name} loaded";
        }

        public ValueTask SaveAsync() => ValueTask.CompletedTask;

        public int Total() => _values.Count;

        public int Total(int atLeast) => Math.Max(atLeast, _values.Count);

        public string LookUp(string key) => throw new PythonException(new PythonGlobal("builtins", "KeyError"), key);

        public void Fail(string kind) => throw kind switch
        {
            "argument" => new ArgumentException("wrong", nameof(kind)),
            "time" => new TimeoutException("too late"),
            _ => new OddException("odd"),
        };

        public IEnumerable<int> Steps(int count) => Enumerable.Range(0, count);

        public async IAsyncEnumerable<int> LaterSteps(int count)
        {
            for (int i = 0; i < count; i++)
            {
                await Task.Yield();
                yield return i;
            }
        }

        public IStore Child() => new Store($"child of {name}", 0);

        public string Take(IStore other) => other.Describe();

        public string Secret() => "never told";

        public void Dispose() => throw new InvalidOperationException("No client may dispose of it.");

        public override string ToString() => $"the store {name}";
    }

    private sealed class OddException(string message) : Exception(message);
}
