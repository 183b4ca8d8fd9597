using Braid.Threading;

namespace Braid.Stress;

/// <summary>Parties that meet, leave, come again, and break the barrier by coming too late.</summary>
internal sealed class BarrierScenario : Scenario
{
    private const int Parties = 6;

    public override string Name => "Barrier";

    public override string Hammer(StressRun run)
    {
        long rounds = 0;
        long breaks = 0;
        int mask = 0;         // the numbers given out in this round
        int acting = 0;
        var barrier = new Braid.Threading.Barrier(Parties, () =>
        {
            run.Check(Interlocked.Increment(ref acting) == 1, "two actions ran at once");
            Volatile.Write(ref mask, 0);
            rounds++;
            Interlocked.Decrement(ref acting);
        });
        bool Numbered(int index)
        {
            run.Check(index is >= 0 and < Parties, $"a party got the number {index}");
            run.Check((Interlocked.Or(ref mask, 1 << index) & (1 << index)) == 0, $"two parties of a round got the number {index}");
            return true;
        }

        run.Work(Parties / 2, Parties / 2, async worker =>
        {
            try
            {
                bool mayBreak = worker.Random.Next(2000) == 0;
                await worker.Try(
                    (timeout, token) => barrier.TryWait(out int index, Patience(timeout, mayBreak), token) && Numbered(index),
                    async (timeout, token) => await barrier.TryWaitAsync(Patience(timeout, mayBreak), token) is (true, var index) && Numbered(index));
            }
            catch (BrokenBarrierException)
            {
                Interlocked.Increment(ref breaks);
                if (!run.TimeIsUp)
                {
                    barrier.Reset();
                }
            }
        }, barrier.Abort);
        run.Check(barrier.WaiterCount == 0, $"at the end: {barrier}");
        run.Check(rounds > 0, "no round was ever full");
        return $"{rounds} rounds, each number once, actions one at a time, {breaks} breaks, none left waiting";
    }

    /// <summary>Timeouts break the barrier, so most of them are left out.</summary>
    private static TimeSpan Patience(TimeSpan timeout, bool mayBreak) => mayBreak ? timeout : Timeout.InfiniteTimeSpan;
}
