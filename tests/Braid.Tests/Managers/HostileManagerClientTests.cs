using Braid.Multiprocessing;
using Braid.Python;

namespace Braid.Tests;

/// <summary>Clients that know the key and mean no good: answered as the protocol says, at a bounded cost, and the server goes on.</summary>
public sealed class HostileManagerClientTests : TimedTest
{
    private static readonly PickleOptions s_options = Token.Register(new PickleOptions(), static (token, _) => token)
        .AddWriter<Foreign>(static foreign => foreign.Token.ToProxy(["append"]));

    public static TheoryData<string, object?> Malformed => new()
    {
        { "None", null },
        { "text", "dummy" },
        { "three parts", new object?[] { null, "dummy", Array.Empty<object?>() } },
        { "five parts", new object?[] { null, "dummy", Array.Empty<object?>(), new Dictionary<string, object?>(), 1 } },
        { "a name that is a number", new object?[] { null, 5, Array.Empty<object?>(), new Dictionary<string, object?>() } },
        { "arguments that are text", new object?[] { null, "dummy", "ab", new Dictionary<string, object?>() } },
        { "keywords that are a list", new object?[] { null, "dummy", Array.Empty<object?>(), new List<object?>() } },
        { "a keyword that is a number", new object?[] { null, "dummy", Array.Empty<object?>(), new Dictionary<object, object?> { [5] = 1 } } },
    };

    public static TheoryData<string, object?[]> ControlRequests => new()
    {
        { "nope", [] },
        { "__init__", [] },
        { "GetType", [] },
        { "track_segment", ["name"] },
        { "dummy", [1] },
        { "create", [] },
        { "create", [5] },
        { "create", ["Nope"] },
        { "create", ["System.Diagnostics.Process", "sh"] },
        { "create", ["Queue", -1.5] },
        { "create", ["Queue", 1, 2, 3] },
        { "create", ["Semaphore", -1] },
        { "create", ["Barrier", 0] },
        { "create", ["Barrier", 2, "action"] },
        { "create", ["Array", "u", "text"] },
        { "create", ["Array", "i", new List<object?> { "x" }] },
        { "create", ["Condition", 5] },
        { "create", ["Pool", 4] },
        { "create", ["list", new PythonRange(0, long.MaxValue)] },
        { "incref", ["nope"] },
        { "decref", ["nope"] },
        { "decref", ["0"] },
        { "incref", [] },
        { "get_methods", ["nope"] },
        { "get_methods", [new Token("list", "/tmp/s", "nope")] },
        { "number_of_objects", [1] },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_request_is_answered(string name, object? request)
    {
        using ManagerServer server = New();
        using (Connection control = Connect(server))
        {
            control.SendPickle(request);
            Assert.Contains("tuple (ident, name, args, kwds)", Text(control, ManagerWire.Traceback, name), StringComparison.Ordinal);
            Assert.Throws<EndOfStreamException>(() => control.RecvBytes());
        }

        using Connection connection = Open(server);
        connection.SendPickle(request);
        Text(connection, ManagerWire.Traceback, name);
        string ident = Create(server, "list");
        Assert.Equal(0L, Call(connection, ident, "__len__"));
    }

    [Theory]
    [MemberData(nameof(ControlRequests))]
    public void A_request_that_cannot_be_carried_out_is_answered(string function, object?[] args)
    {
        using ManagerServer server = New();
        using Connection control = Connect(server);
        control.SendPickle(ManagerWire.Request(null, function, args), s_options);
        Text(control, ManagerWire.Traceback, function);
        Assert.Throws<EndOfStreamException>(() => control.RecvBytes());
        Assert.Equal(0, server.ObjectCount);
        Create(server, "dict");
    }

    [Fact]
    public void Names_that_are_not_exposed_lead_nowhere()
    {
        using ManagerServer server = New();
        using Connection connection = Open(server);
        foreach (string typeid in new[] { "Queue", "Event", "Lock", "RLock", "Semaphore", "Condition", "list", "dict", "Namespace" })
        {
            string ident = Create(server, typeid);
            foreach (string method in new[] { "GetType", "ToString", "Dispose", "__class__", "__init__", "__reduce__", "__dict__", "Finalize", "", "_items", "get_Count" })
            {
                connection.SendPickle(ManagerWire.Request(ident, method, []));
                Assert.Contains("has no attribute", Text(connection, ManagerWire.Traceback, $"{typeid}.{method}"), StringComparison.Ordinal);
            }
        }

        string names = Create(server, "Namespace");
        foreach (string name in new[] { "__class__", "__dict__", "_items", "" })
        {
            connection.SendPickle(ManagerWire.Request(names, "__getattribute__", [name]));
            Assert.Equal("AttributeError", Error(connection).Type.Name);
            connection.SendPickle(ManagerWire.Request(names, "__setattr__", [name, 1]));
            Assert.Equal("AttributeError", Error(connection).Type.Name);
        }

        foreach (object? ident in new object?[] { null, "0", "nope", 5 })
        {
            connection.SendPickle(new object?[] { ident, "append", new object?[] { 1 }, new Dictionary<string, object?>() });
            Text(connection, ManagerWire.Traceback, $"{ident}");
        }
    }

    [Fact]
    public void A_pickle_that_could_run_code_is_refused_and_the_connection_stays()
    {
        using ManagerServer server = New();
        using Connection connection = Open(server);
        string ident = Create(server, "list");
        byte[][] bad =
        [
            [], "garbage"u8.ToArray(), "cos\nsystem\n(S'true'\ntR."u8.ToArray(), "cbuiltins\neval\n(S'1'\ntR."u8.ToArray(),
            [.. Enumerable.Repeat((byte)'(', 100_000)], [.. Enumerable.Repeat((byte)']', 100_000), (byte)'.'],
        ];
        foreach (byte[] message in bad)
        {
            connection.SendBytes(message);
            Text(connection, ManagerWire.Traceback, "a bad pickle");
        }

        Assert.Equal(0L, Call(connection, ident, "__len__"));
    }

    /// <summary>Values of a few bytes that have more parts than can be counted.</summary>
    [Fact]
    public void A_value_whose_parts_cannot_be_counted_costs_little()
    {
        using ManagerServer server = New();
        using Connection connection = Open(server);
        string table = Create(server, "dict");
        string list = Create(server, "list");
        object?[] many = [1L];
        for (int i = 0; i < 200; i++)
        {
            many = [many, many];
        }

        connection.SendPickle(ManagerWire.Request(table, "__setitem__", [many, 1]));
        Assert.Equal("TypeError", Error(connection).Type.Name);
        Call(connection, list, "append", [many]);
        connection.SendPickle(ManagerWire.Request(list, "index", [many]));
        Assert.Equal("RuntimeError", Error(connection).Type.Name);
        connection.SendPickle(ManagerWire.Request(list, "__repr__", []));
        Assert.Contains(Error(connection).Type.Name, new[] { "MemoryError", "RuntimeError" });
        connection.SendPickle(ManagerWire.Request(list, "__mul__", [long.MaxValue]));
        Assert.Equal("MemoryError", Error(connection).Type.Name);
        connection.SendPickle(ManagerWire.Request(list, "extend", [new PythonRange(0, long.MaxValue)]));
        Assert.Equal("MemoryError", Error(connection).Type.Name);
        Assert.Equal(1L, Call(connection, list, "__len__"));
    }

    [Fact]
    public void Objects_and_connections_are_bounded()
    {
        using ManagerServer server = New(new ManagerServerOptions { MaxObjects = 3, MaxConnections = 2 });
        string[] idents = [Create(server, "list"), Create(server, "list"), Create(server, "list")];
        using (Connection control = Connect(server))
        {
            control.SendPickle(ManagerWire.Request(null, "create", ["list"]));
            Assert.Contains("MaxObjects", Text(control, ManagerWire.Traceback, "create"), StringComparison.Ordinal);
        }

        Control(server, "decref", idents[0]);
        Create(server, "list");
        Eventually.Holds(() => server.ConnectionCount == 0);
        using Connection first = Open(server);
        using (Connection second = Open(server))
        {
            using Connection third = Connect(server);
            Assert.Contains("MaxConnections", Text(third, ManagerWire.Traceback, "a connection"), StringComparison.Ordinal);
        }

        Eventually.Holds(() => server.ConnectionCount == 1);
        Assert.Equal(0L, Call(first, idents[1], "__len__"));
    }

    [Fact]
    public void A_number_is_never_given_twice()
    {
        using ManagerServer server = New();
        var idents = new HashSet<string>();
        for (int i = 0; i < 50; i++)
        {
            string ident = Create(server, "list");
            Assert.True(idents.Add(ident));
            Control(server, "decref", ident);
        }

        using Connection connection = Open(server);
        foreach (string ident in idents)
        {
            connection.SendPickle(ManagerWire.Request(ident, "__len__", []));
            Assert.Contains("KeyError", Text(connection, ManagerWire.Traceback, ident), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_proxy_that_leads_elsewhere_is_not_followed()
    {
        using ManagerServer server = New();
        using var elsewhere = new Listener(authKey: "a key for tests"u8);
        using Connection connection = Open(server);
        string list = Create(server, "list");
        connection.SendPickle(
            ManagerWire.Request(list, "append", [new Foreign(new Token("list", elsewhere.Address, "nope"))]), s_options);
        Assert.Contains("another manager", Text(connection, ManagerWire.Traceback, "append"), StringComparison.Ordinal);
        Assert.False(elsewhere.TryAccept(out _));
    }

    [Fact]
    public void A_client_that_sends_the_next_request_too_early_is_served_in_order()
    {
        using ManagerServer server = New();
        using Connection connection = Open(server);
        string queue = Create(server, "Queue");
        connection.SendPickle(ManagerWire.Request(queue, "get", []));
        connection.SendPickle(ManagerWire.Request(queue, "qsize", []));
        using Connection other = Open(server);
        Call(other, queue, "put", "x");
        Assert.Equal("x", Returned(connection));
        Assert.Equal(0L, Returned(connection));
    }

    [Fact]
    public void A_client_may_end_the_server()
    {
        using ManagerServer server = New();
        using Connection waiting = Open(server);
        waiting.SendPickle(ManagerWire.Request(Create(server, "Queue"), "get", []));
        Assert.Null(Control(server, "shutdown"));
        Assert.ThrowsAny<IOException>(() => waiting.RecvBytes());
        Assert.ThrowsAny<IOException>(() => Connect(server));
    }

    private static ManagerServer New(ManagerServerOptions? options = null)
    {
        ManagerServer server = ManagerServers.New(options: options);
        server.Start();
        return server;
    }

    private static Connection Connect(ManagerServer server) => Client.Connect(server.Address, "a key for tests"u8);

    private static Connection Open(ManagerServer server)
    {
        Connection connection = Connect(server);
        connection.SendPickle(ManagerWire.Request(null, ManagerWire.AcceptConnection, ["test"]));
        Assert.Null(Returned(connection));
        return connection;
    }

    private static object? Control(ManagerServer server, string function, params object?[] args)
    {
        using Connection control = Connect(server);
        control.SendPickle(ManagerWire.Request(null, function, args));
        return Returned(control);
    }

    private static string Create(ManagerServer server, string typeid) => (string)((object?[])Control(server, "create", typeid)!)[0]!;

    private static object? Call(Connection connection, string ident, string method, params object?[] args)
    {
        connection.SendPickle(ManagerWire.Request(ident, method, args));
        return Returned(connection);
    }

    private static object? Returned(Connection connection)
    {
        var reply = (object?[])connection.RecvPickle(s_options)!;
        Assert.Equal(ManagerWire.Return, reply[0]);
        return reply[1];
    }

    private static PythonException Error(Connection connection)
    {
        var reply = (object?[])connection.RecvPickle(s_options)!;
        Assert.Equal(ManagerWire.Error, reply[0]);
        return Assert.IsType<PythonException>(reply[1]);
    }

    private static string Text(Connection connection, string kind, string of)
    {
        var reply = (object?[])connection.RecvPickle(s_options)!;
        Assert.True(kind.Equals(reply[0]), $"{of}: {reply[0]} {reply[1]}");
        return Assert.IsType<string>(reply[1]);
    }

    private sealed record Foreign(Token Token);
}
