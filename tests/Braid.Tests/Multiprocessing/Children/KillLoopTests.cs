using System.Diagnostics;

namespace Braid.Tests;

/// <summary>One process after another is killed at a random moment of its work, and replaced: the others go on, nobody enters twice, and in the end all is as it should be.</summary>
[Collection(nameof(ChildActors))]
public sealed class KillLoopTests(ActorStock stock) : TimedTest
{
    private const int Workers = 3;
    private const int Batches = 5;
    private const int RoundsInBatch = 10;
    private const int LongestWaitMicroseconds = 500;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(4);   // for a machine that is too busy for all batches

    private readonly ProcessActor[] _actors = new ProcessActor[Workers];
    private readonly Task[] _work = new Task[Workers];

    public static TheoryData<string> All => [nameof(LockStruggle), nameof(RLockStruggle), nameof(ConditionStruggle), nameof(SemaphoreStruggle)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Whoever_is_killed_the_others_go_on(string kind)
    {
        Struggle struggle = New(kind);
        int seed = Environment.TickCount;
        var random = new Random(seed);
        System.Collections.Generic.Queue<ProcessActor> fresh = await Prepare(Workers);
        for (int worker = 0; worker < Workers; worker++)
        {
            Begin(struggle, worker, fresh.Dequeue());
        }

        long begin = Stopwatch.GetTimestamp();
        int killed = 0;
        for (int batch = 0; batch == 0 || (batch < Batches && Stopwatch.GetElapsedTime(begin) < s_limit); batch++)
        {
            struggle.Pause();   // starting processes is what takes the time
            fresh = await Prepare(RoundsInBatch);
            struggle.Go();
            for (; fresh.Count > 0; killed++)
            {
                AllTakeTurns(struggle);
                LetPass(random.Next(LongestWaitMicroseconds));
                int victim = random.Next(Workers);
                struggle.Kill(victim, _actors[victim]);
                await Assert.ThrowsAsync<EndOfStreamException>(() => _work[victim]);
                await _actors[victim].DisposeAsync();
                Begin(struggle, victim, fresh.Dequeue());
            }
        }

        AllTakeTurns(struggle);
        struggle.Stop();
        await Task.WhenAll(_work);
        struggle.AssertUsable();
        Assert.True(struggle.Faults == 0, $"{struggle.Faults} workers saw what cannot be, with seed {seed}.");
        Assert.InRange(struggle.Told, 0, killed);
        foreach (ProcessActor actor in _actors)
        {
            await actor.DisposeAsync();
        }
    }

    private static Struggle New(string kind) => kind switch
    {
        nameof(LockStruggle) => new LockStruggle(),
        nameof(RLockStruggle) => new RLockStruggle(),
        nameof(ConditionStruggle) => new ConditionStruggle(),
        _ => new SemaphoreStruggle(Workers),
    };

    private static void LetPass(int microseconds)
    {
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin).TotalMicroseconds < microseconds)
        {
            System.Threading.Thread.SpinWait(10);
        }
    }

    /// <summary>Starts processes, and waits until they can act.</summary>
    private async Task<System.Collections.Generic.Queue<ProcessActor>> Prepare(int count)
    {
        ProcessActor[] actors = [.. Enumerable.Range(0, count).Select(_ => stock.NewActor(awaits: false))];
        await Task.WhenAll(actors.Select(actor => actor.Do(static () => Environment.ProcessId)));
        return new(actors);
    }

    private void Begin(Struggle struggle, int worker, ProcessActor actor)
    {
        _actors[worker] = actor;
        _work[worker] = actor.Do(() => struggle.Work(worker));
    }

    /// <summary>Waits until each worker has taken a turn from now on.</summary>
    private void AllTakeTurns(Struggle struggle)
    {
        long[] before = [.. Enumerable.Range(0, Workers).Select(struggle.TurnsOf)];
        Eventually.Holds(() => Enumerable.Range(0, Workers).All(worker => struggle.TurnsOf(worker) > before[worker]) || _work.Any(static work => work.IsCompleted));
        Assert.All(_work, work => Assert.False(work.IsCompleted, $"A worker ended: {work.Exception}"));
    }
}
