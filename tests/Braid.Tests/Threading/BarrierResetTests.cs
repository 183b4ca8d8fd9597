namespace Braid.Tests;

public sealed class BarrierResetTests : TimedTest
{
    [Fact]
    public async Task A_party_whose_time_was_up_before_a_reset_does_not_break_the_barrier_after_it()
    {
        var barrier = new Threading.Barrier(2);
        await using var party = new BlockingActor();
        bool done = false;
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = static (instrument, l) =>
        {
            if (instrument.Name == "braid.wait.duration")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) =>
        {
            if (System.Threading.Thread.CurrentThread == party.Thread)
            {
                barrier.Reset();
                done = true;
            }
        });
        listener.Start();
        await party.Do(() => Assert.False(barrier.TryWait(out _, Brief)));
        Assert.True(done);
        Assert.False(barrier.Broken);
    }
}
