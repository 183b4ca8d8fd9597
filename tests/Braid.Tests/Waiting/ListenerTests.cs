using System.Diagnostics.Metrics;

namespace Braid.Tests;

/// <summary>Somebody else's code that listens to waits runs in the middle of them, and may wait itself.</summary>
public sealed class ListenerTests : TimedTest
{
    private readonly MeterListener _listener = new();
    private readonly BlockingActor _waiting = new();
    private Action? _onWaited;   // set before a wait, by the actor's thread or before it starts

    public ListenerTests()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "braid.wait.duration")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) =>
        {
            if (System.Threading.Thread.CurrentThread == _waiting.Thread)
            {
                Interlocked.Exchange(ref _onWaited, null)?.Invoke();
            }
        });
        _listener.Start();
    }

    [Fact]
    public async Task A_listener_that_waits_itself_does_not_change_the_outcome_of_the_wait()
    {
        var permits = new Permits();
        _onWaited = () => Assert.False(new Permits().Take(Brief));
        Task<bool> taking = _waiting.Do(() => permits.Take(Timeout.InfiniteTimeSpan));
        BlockedWaiters.Sleeping(_waiting, permits.Queue);
        permits.Give();
        Assert.True(await taking);
        Assert.Equal(0, permits.Free);
        Assert.Null(_onWaited);
    }

    public override void Dispose()
    {
        _listener.Dispose();
        _waiting.DisposeAsync().AsTask().GetAwaiter().GetResult();
        base.Dispose();
    }
}
