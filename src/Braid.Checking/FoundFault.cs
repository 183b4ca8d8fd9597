using Braid.Checking.Engine;
using Braid.Checking.Oracles;

namespace Braid.Checking;

/// <summary>A fault and the schedule that shows it.</summary>
/// <param name="Failure">The fault.</param>
/// <param name="Overrides">The choices made; null if there is no schedule to show.</param>
/// <param name="Points">The scheduling points of the run.</param>
/// <param name="IsRace">Whether the run continued after it.</param>
internal sealed record FoundFault(Failure Failure, IReadOnlyList<ScheduleLog.Override>? Overrides, Points Points, bool IsRace)
{
    /// <summary>The fault of the run that has just ended.</summary>
    public static FoundFault In(Execution execution) =>
        new(execution.Failure!, [.. execution.Log.Overrides], execution.Points, IsRace: false);

    public static FoundFault Race(Execution execution, Failure race) =>
        new(race, [.. execution.Log.Overrides], execution.Points, IsRace: true);

    public static FoundFault Only(Failure failure) => new(failure, null, new Points(), IsRace: false);

    /// <summary>Whether a run showed the same fault: of the same kind, at the same places.</summary>
    public bool ShownBy(Execution execution)
    {
        if (IsRace)
        {
            return execution.RaceNotes.Exists(IsShownBy);
        }

        return execution.Failure is { } shown && shown.Verdict == Failure.Verdict
            && shown.Exception?.GetType() == Failure.Exception?.GetType()
            && new HashSet<int>(shown.Sites).SetEquals(Failure.Sites);
    }

    /// <summary>Whether a run's note is of this race.</summary>
    public bool IsShownBy(RaceNote note) => note.Failure.Verdict == Failure.Verdict && note.Failure.Sites.SequenceEqual(Failure.Sites);
}
