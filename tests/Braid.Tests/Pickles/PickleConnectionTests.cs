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

    public override void Dispose()
    {
        _pipe.Ours.Dispose();
        _pipe.Theirs.Dispose();
        base.Dispose();
    }
}
