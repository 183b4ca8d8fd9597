using Braid.Checking;

namespace Checker;

/// <summary>Whether a fault that was found shows itself again in each replay.</summary>
internal static class Replays
{
    public const int Count = 1_000;

    /// <summary>Bodies that fail, of threads and of tasks.</summary>
    public static IReadOnlyList<Action> Failing { get; } = [Bodies.LostUpdate, Bodies.LostAsyncUpdate, Bodies.LostInChannel];

    /// <returns>How many of the replays told the same.</returns>
    public static int Equal(Action body)
    {
        CheckReport found = Check.Explore(body);
        if (found.Replay is null)
        {
            throw new InvalidOperationException($"The fault of {body.Method.Name} was not found: {found}");
        }

        var options = new CheckOptions { Replay = found.Replay };
        return Enumerable.Range(0, Count).Count(_ => IsEqual(found, Check.Explore(body, options)));
    }

    private static bool IsEqual(CheckReport one, CheckReport other) =>
        (one.Verdict, one.Sentence, one.Timeline, one.Replay) == (other.Verdict, other.Sentence, other.Timeline, other.Replay);
}
