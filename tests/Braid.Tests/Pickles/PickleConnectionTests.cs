using System.Numerics;
using System.Text;
using Braid.Multiprocessing;
using Braid.Python;

namespace Braid.Tests;

/// <summary>Pickles as messages.</summary>
public sealed class PickleConnectionTests : TimedTest
{
    private readonly (Connection Ours, Connection Theirs) _pipe = Pipe.Create();

    [Fact]
    public async Task What_is_sent_is_received_in_every_form()
    {
        _pipe.Ours.SendPickle(("a", 1), token: Cancellation);
        Assert.Equal(["a", 1L], Assert.IsType<object[]>(_pipe.Theirs.RecvPickle(token: Cancellation)));
        await _pipe.Theirs.SendPickleAsync(("b", 2), token: Cancellation);
        Assert.Equal(("b", 2), _pipe.Ours.RecvPickle<(string, int)>(token: Cancellation));
        ValueTask<object?> value = _pipe.Ours.RecvPickleAsync(token: Cancellation);
        _pipe.Theirs.SendPickle(null, token: Cancellation);
        Assert.Null(await value);
        ValueTask<List<int>> list = _pipe.Ours.RecvPickleAsync<List<int>>(token: Cancellation);
        _pipe.Theirs.SendPickle(new[] { 1, 2 }, token: Cancellation);
        Assert.Equal([1, 2], await list);
    }

    [Fact]
    public async Task What_cannot_be_pickled_is_not_sent()
    {
        Assert.Throws<PickleException>(() => _pipe.Ours.SendPickle(new object(), token: Cancellation));
        await Assert.ThrowsAsync<PickleException>(() => _pipe.Ours.SendPickleAsync(new object(), token: Cancellation).AsTask());
        _pipe.Ours.SendPickle(1, token: Cancellation);
        Assert.Equal(1L, _pipe.Theirs.RecvPickle(token: Cancellation));
    }

    [Fact]
    public async Task What_is_refused_is_gone_and_the_connection_stays_usable()
    {
        var small = new PickleOptions { MaxBytes = 100 };
        _pipe.Ours.SendBytes("cos\nsystem\n(S'true'\ntR."u8, Cancellation);
        _pipe.Ours.SendPickle(new byte[1000], token: Cancellation);
        _pipe.Ours.SendPickle("no number", token: Cancellation);
        _pipe.Ours.SendPickle(3, token: Cancellation);
        PickleException e = await Assert.ThrowsAsync<PickleException>(() => _pipe.Theirs.RecvPickleAsync(small, Cancellation).AsTask());
        Assert.Equal(new PythonGlobal("os", "system"), e.Global);
        await Assert.ThrowsAsync<IOException>(() => _pipe.Theirs.RecvPickleAsync(small, Cancellation).AsTask());
        Assert.Throws<PickleException>(() => _pipe.Theirs.RecvPickle<int>(small, Cancellation));
        Assert.Equal(3, _pipe.Theirs.RecvPickle<int>(small, Cancellation));
    }

    public static TheoryData<string> Interpreters => [.. Pythons.All];

    [Theory]
    [MemberData(nameof(Interpreters))]
    public async Task A_python_client_sends_and_receives_plain_data(string interpreter)
    {
        const string Program = """
            import array, datetime, queue, sys
            from multiprocessing.connection import Client
            with Client(sys.argv[1], authkey=sys.argv[2].encode()) as c:
                c.send({'numbers': [1, 2 ** 70, 1.5], 'when': datetime.date(2024, 2, 29), None: (b'x', {'s'})})
                got = c.recv()
                assert got == ('all', [1, None], {'k': 2.5}) and type(got) is tuple, got
                got = c.recv()
                assert got == array.array('d', range(100000)), got
                c.send(sum(got))
                got = c.recv()
                assert isinstance(got, KeyError) and got.args == ('zz',), got
                c.send(ValueError('bad', 3))
                c.send(print)
                c.send('last')
            """;
        using var listener = new Listener(authKey: SocketPairs.Key, options: new ListenerOptions { AllowLegacyPeers = true });
        Task<string> client = Python.RunOn(interpreter, Program, listener.Address.ToString(), Encoding.ASCII.GetString(SocketPairs.Key));
        using Connection connection = await listener.AcceptAsync(Cancellation);
        var first = (Dictionary<object, object?>)(await connection.RecvPickleAsync(token: Cancellation))!;
        Assert.Equal([1L, BigInteger.Pow(2, 70), 1.5], (List<object?>)first["numbers"]!);
        Assert.Equal(new DateOnly(2024, 2, 29), first["when"]);
        Assert.Equal("x"u8.ToArray(), ((object?[])first[PythonNone.Value]!)[0]);
        connection.SendPickle(("all", new List<object?> { 1, null }, new Dictionary<string, double> { ["k"] = 2.5 }), token: Cancellation);
        await connection.SendPickleAsync(Enumerable.Range(0, 100_000).Select(static n => (double)n).ToArray(), token: Cancellation);
        Assert.Equal(4999950000.0, connection.RecvPickle<double>(token: Cancellation));
        connection.SendPickle(new KeyNotFoundException("zz"), token: Cancellation);
        var error = Assert.IsType<PythonException>(connection.RecvPickle(token: Cancellation));
        Assert.Equal("builtins.ValueError", error.TypeName);
        Assert.Equal(["bad", 3L], error.Args);
        Assert.Equal(
            new PythonGlobal("builtins", "print"), Assert.Throws<PickleException>(() => connection.RecvPickle(token: Cancellation)).Global);
        Assert.Equal("last", connection.RecvPickle<string>(token: Cancellation));
        Assert.Equal("", await client);
    }

    public override void Dispose()
    {
        _pipe.Ours.Dispose();
        _pipe.Theirs.Dispose();
        base.Dispose();
    }
}
