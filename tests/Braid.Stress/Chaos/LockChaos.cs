namespace Braid.Stress;

/// <summary>Children under locks of all kinds, killed and replaced: a lock whose holder died is told to the next one, and nothing stays locked.</summary>
internal sealed class LockChaos : Scenario
{
    public const int Places = 3;

    public override string Name => "killed under locks";

    public override string Hammer(StressRun run)
    {
        using var table = new LockTable();
        int seed = run.Seed;
        using var victims = new Victims(run, (place, number) => new LockLife(table, Residue.OwnNames, place, unchecked((seed * 31) + number)).Run, static (_, _) => { });
        run.Standing = () => $"{table}{Environment.NewLine}{victims.Standing}";
        victims.Endure(Places, pauseMilliseconds: 200);
        table.Leaves = true;
        victims.SeeOff([.. Enumerable.Range(0, Places)]);
        foreach ((GuardedPair pair, Threading.ILock mutex) in table.Pairs)
        {
            pair.CheckAtTheEnd(run, mutex, victims.WorkerFailure);
        }

        table.Semaphore.CheckAtTheEnd(run);
        table.Bounded.CheckAtTheEnd(run);
        CheckCondition(run, table.Condition);
        CheckBarrier(run, table.Barrier);
        CheckEvent(run, table.Event);
        run.Deeds = table.Counts.Sum();
        return $"{victims.WorkerFailure} killed with named memory, {table.Pairs.Sum(pair => pair.Pair.Mended)} locks abandoned and mended; all usable";
    }

    private static void CheckCondition(StressRun run, Multiprocessing.Condition condition)
    {
        bool isWoken = false;
        var sleeper = new Thread(() =>
        {
            using (condition.EnterScope())
            {
                isWoken = condition.TryWait(run.Patience);
            }
        });
        sleeper.Start();
        while (sleeper.IsAlive)
        {
            using (condition.EnterScope())
            {
                condition.NotifyAll();
            }

            sleeper.Join(1);
        }

        run.Check(isWoken, $"A notification does not arrive although all other users are gone: {condition}");
        run.Check(condition.WaiterCount == 0, $"At the end: {condition}");
    }

    private static void CheckBarrier(StressRun run, Multiprocessing.Barrier barrier)
    {
        barrier.Reset();
        int[] indexes = [-1, -1];
        Thread[] parties = [.. Enumerable.Range(0, 2).Select(party => new Thread(() => barrier.TryWait(out indexes[party], run.Patience)))];
        Array.ForEach(parties, party => party.Start());
        Array.ForEach(parties, party => party.Join());
        run.Check(indexes.Order().SequenceEqual([0, 1]), $"Two parties at a barrier for two got the numbers {indexes[0]} and {indexes[1]}: {barrier}");
    }

    private static void CheckEvent(StressRun run, Multiprocessing.Event flag)
    {
        flag.Clear();
        run.Check(!flag.TryWait(TimeSpan.FromMilliseconds(1)), $"A cleared event lets through: {flag}");
        flag.Set();
        run.Check(flag.TryWait(run.Patience), $"A set event does not let through: {flag}");
    }
}
