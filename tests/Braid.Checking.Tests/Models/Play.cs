using System.Diagnostics;

namespace Braid.Checking.Tests.Models;

/// <summary>
/// Plays random sequences of moves and logs the outcome of each. The same code runs on the real primitives and, rewritten, on the models.
/// </summary>
internal static class Play
{
    private const int Steps = 24;

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(5);

    /// <summary>One thread makes all moves; none may block.</summary>
    public static void Alone(string family, int seed, List<string> log)
    {
        log.Clear();
        var actor = new Actor();
        actor.Give(Move.Of("all", () => AloneHere(family, seed, log)));
        while (!actor.IsIdle)
        {
            Thread.Sleep(1);
        }

        log.Add(actor.State);
    }

    /// <summary>Three threads, each of which makes its move on request. A move may block.</summary>
    /// <param name="family">The kind of primitive.</param>
    /// <param name="seed">Selects the sequence.</param>
    /// <param name="log">Receives a line for each move.</param>
    /// <param name="expected">The log of the model, which the real primitives are given time to reach; null for the model itself.</param>
    /// <param name="looks">How often the real primitives must be seen at rest before the next move.</param>
    public static void Together(string family, int seed, List<string> log, List<string>? expected, int looks = 1)
    {
        log.Clear();
        log.Add($"{family}, seed {seed}");
        OneTogether(family, new Random(seed), [new(), new(), new()], log, expected, looks);
    }

    private static void AloneHere(string family, int seed, List<string> log)
    {
        var random = new Random(seed);
        List<Move> moves = Repertoire.Of(family, random).FindAll(move => !move.MayBlock);
        log.Add($"{family}, seed {seed}");
        for (int step = 0; step < Steps; step++)
        {
            Move move = moves[random.Next(moves.Count)];
            log.Add($"{move.Name}: {move.Outcome()}");
        }
    }

    private static void OneTogether(string family, Random random, Actor[] actors, List<string> log, List<string>? expected, int looks)
    {
        List<Move> moves = Repertoire.Of(family, random);
        for (int step = 0; step < Steps; step++)
        {
            int who = random.Next(actors.Length);
            int pick = random.Next(moves.Count);
            string said;
            if (actors[who].IsIdle)
            {
                Move move = moves[pick];
                bool blockedAlready = !Array.TrueForAll(actors, actor => actor.IsIdle);
                if ((move.MayBlock || move.LetsOthersIn) && blockedAlready && !Repertoire.ServesInOrder(family))
                {
                    continue;
                }

                actors[who].Give(move);
                said = $"{who} {move.Name}";
            }
            else if (pick % 4 == 0)
            {
                actors[who].Interrupt();
                said = $"{who} is interrupted";
            }
            else
            {
                continue;
            }

            Settle(actors, said, expected?.ElementAtOrDefault(log.Count), looks);
            log.Add(Line(actors, said));
            if (expected is not null && log[^1] != expected.ElementAtOrDefault(log.Count - 1))
            {
                return;
            }
        }
    }

    private static void Settle(Actor[] actors, string said, string? expected, int looks)
    {
        var clock = Stopwatch.StartNew();
        if (expected is null)
        {
            // An actor that was checked first may have been released by one that was checked last.
            for (int passes = 0; passes < 2;)
            {
                passes = Array.TrueForAll(actors, actor => actor.IsSettled) ? passes + 1 : 0;
                Thread.Yield();
            }

            return;
        }

        // Some primitives sleep a little before they start to wait, so one check is not enough.
        for (int found = 0; found < looks && clock.Elapsed < s_deadline;)
        {
            bool settled = Line(actors, said) == expected && Array.TrueForAll(actors, actor => actor.IsSettled);
            found = settled ? found + 1 : 0;
            Thread.Sleep(Array.TrueForAll(actors, actor => actor.IsIdle) ? 0 : 1);
        }
    }

    private static string Line(Actor[] actors, string said) => $"{said} -> {string.Join(" ", actors.Select(actor => actor.State))}";
}
