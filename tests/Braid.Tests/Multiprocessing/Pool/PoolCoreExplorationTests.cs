using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A pool's state machine under every order of events, and under random ones.</summary>
public sealed class PoolCoreExplorationTests(ITestOutputHelper output) : TimedTest
{
    private static readonly PoolRules s_plain = new() { MaxWorkers = 2 };

    /// <summary>Two workers, three tasks, every order of what they do, with up to so many mishaps anywhere: a death, a cancellation, an exception, a failed start, the passing of time, a shutdown.</summary>
    [Theory]
    [InlineData("plain", 1)]
    [InlineData("limited", 1)]
    [InlineData("retried", 1)]
    [InlineData("replaced", 1)]
    [InlineData("narrow", 1)]
    [InlineData("chunks", 1)]
    public void Every_order_of_events_ends_every_task_once(string kind, int mishaps)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string[]>();
        open.Push([]);
        int ends = 0;
        while (open.TryPop(out string[]? path))
        {
            PoolWorld world = NewWorld(kind);
            Begin(kind, world);
            var play = new PoolPlay(world, mishaps);
            Replay(play, path);
            while (seen.Add(play.Signature()) && play.Events() is { Count: > 0 } events)
            {
                for (int index = 1; index < events.Count; index++)
                {
                    open.Push([.. play.Path, events[index]]);
                }

                Replay(play, [events[0]]);
            }

            if (play.Events().Count == 0)
            {
                world.AssertNothingIsLeft();
                ends++;
            }
        }

        output.WriteLine($"{kind}: {seen.Count} states, {ends} ends");
        Assert.True(seen.Count > 1000 && ends > 10);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("limited")]
    [InlineData("retried")]
    [InlineData("replaced")]
    [InlineData("narrow")]
    [InlineData("chunks")]
    public void Random_events_end_every_task_once(string kind)
    {
        for (int seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            PoolWorld world = NewWorld(kind);
            Begin(kind, world);
            var play = new PoolPlay(world, mishaps: random.Next(12), mayGrow: true);
            try
            {
                for (int step = 0; step < 250 && play.Events() is { Count: > 0 } events; step++)
                {
                    play.Do(events[random.Next(events.Count)]);
                }

                world.Settle();
                world.Close();
                world.Settle();
                world.AssertNothingIsLeft();
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"{kind}, seed {seed}: {string.Join(", ", play.Path)}", exception);
            }
        }
    }

    private static void Begin(string kind, PoolWorld world)
    {
        if (kind == "chunks")
        {
            world.SubmitChunk(3);
            world.SubmitChunk(2, callsAll: false);
            world.Submit();
        }
        else
        {
            world.Submit(3);
        }
    }

    private static PoolWorld NewWorld(string kind) => kind switch
    {
        "limited" => new PoolWorld(s_plain) { TimeLimit = TimeSpan.FromSeconds(1) },
        "retried" => new PoolWorld(s_plain with { Retries = 1, ExceptionRetries = 1, StartAttempts = 1 }),
        "replaced" => new PoolWorld(s_plain with { MaxTasksPerChild = 1 }),
        "chunks" => new PoolWorld(s_plain with { Retries = 1 }) { TimeLimit = TimeSpan.FromSeconds(1) },
        "narrow" => new PoolWorld(s_plain) { RingRoom = 1 },
        _ => new PoolWorld(s_plain),
    };

    private static void Replay(PoolPlay play, string[] path)
    {
        try
        {
            Array.ForEach(path, play.Do);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"After {string.Join(", ", play.Path)}", exception);
        }
    }
}
