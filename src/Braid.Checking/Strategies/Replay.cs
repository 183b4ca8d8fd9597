using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Strategies;

/// <summary>Runs one schedule exactly as it was recorded, or reports where it no longer fits.</summary>
/// <param name="overrides">
/// Where the recorded run deviated from the default choice. Only the upper eight bits of the hashes are compared: a replay string keeps no
/// more.
/// </param>
/// <param name="choices">The number of choices in the whole run.</param>
/// <param name="hash">The log's hash at the end of the run.</param>
internal sealed class Replay(IReadOnlyList<ScheduleLog.Override> overrides, int choices, uint hash) : IStrategy
{
    private int _choice;
    private int _next;
    private uint _hash;

    /// <returns>False after the first run: there is only one.</returns>
    public bool Begin(int run)
    {
        _choice = 0;
        _next = 0;
        _hash = 0;
        return run == 0;
    }

    public int Choose(in ChoicePoint point)
    {
        _hash = ScheduleLog.Extend(_hash, point);
        int choice = _choice++;
        if (_next == overrides.Count || overrides[_next].Choice != choice)
        {
            return point.Default;
        }

        ScheduleLog.Override wanted = overrides[_next++];
        int place = point.PlaceOf(wanted.Thread);
        if (place < 0)
        {
            throw new DivergedException(choice, $"thread {wanted.Thread} to continue", DivergedException.Names(point));
        }

        if (wanted.HasHash && _hash >> 24 != wanted.Hash >> 24)
        {
            throw new DivergedException(
                choice,
                $"thread {wanted.Thread} to continue after the recorded choices",
                $"other choices before; now it is between {DivergedException.Names(point)}");
        }

        return place;
    }

    public void End(in RunSummary run)
    {
        if (run.Choices != choices)
        {
            throw new DivergedException(Math.Min(run.Choices, choices), $"{Text.Count(choices, "choice")} in all", $"{run.Choices}");
        }

        if (run.Hash != hash)
        {
            throw new DivergedException(choices, "the recorded threads to choose from all along", "others at some choice");
        }
    }
}
