using System.Globalization;

namespace Braid.Stress;

/// <summary>Pools whose workers are killed while tasks of all kinds run: one after the other, each with other options.</summary>
internal sealed class PoolChaos : Scenario
{
    private static readonly TimeSpan s_roundTime = TimeSpan.FromSeconds(6);

    public override string Name => "killed in pools";

    public override string Hammer(StressRun run)
    {
        var random = new Random(run.Seed);
        int rounds = 0;
        var tally = new PoolTally();
        while (rounds == 0 || !run.TimeIsUp)
        {
            using var round = new PoolRound(run, random, rounds++, tally);
            round.Play(s_roundTime);
        }

        run.Deeds = tally.Tasks;
        return string.Create(CultureInfo.InvariantCulture, $"{rounds} pools, {tally.Blows} blows, {tally.Restarts} workers replaced; {tally.Failed} tasks failed, {tally.Cancelled} cancelled, {tally.Retried} attempts retried; each ended once");
    }
}
