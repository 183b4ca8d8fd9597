using Braid.Checking;

namespace Checker;

/// <summary>Whether a fault that was found shows itself again in each replay.</summary>
internal static class Replays
{
    public const int Count = 1_000;

    /// <returns>How many of the replays told the same.</returns>
    public static int Equal()
    {
        CheckReport found = Check.Explore(Bodies.LostUpdate);
        if (found.Replay is null)
        {
            throw new InvalidOperationException($"The lost update was not found: {found}");
        }

        var options = new CheckOptions { Replay = found.Replay };
        return Enumerable.Range(0, Count).Count(_ => IsEqual(found, Check.Explore(Bodies.LostUpdate, options)));
    }

    private static bool IsEqual(CheckReport one, CheckReport other) =>
        (one.Verdict, one.Sentence, one.Timeline, one.Replay) == (other.Verdict, other.Sentence, other.Timeline, other.Replay);
}
