using Braid.Checking.Engine;

namespace Braid.Checking.Reports;

/// <summary>
/// A row of a timeline: a step, equal steps in succession, or the program's call into a library with the steps inside it.
/// </summary>
internal sealed class TimelineRow(ControlledThread thread, int site, StepWords words, bool isCall)
{
    private readonly List<RecordedStep> _steps = [];

    public ControlledThread Thread => thread;

    /// <summary>The place to show.</summary>
    public int Site => site;

    public StepWords Words { get; private set; } = words;

    public bool IsCall { get; private set; } = isCall;

    /// <summary>How often the same step was taken.</summary>
    public int Times { get; private set; } = 1;

    /// <summary>What the thread waits for; the run ended there.</summary>
    public Operation? Wait { get; init; }

    /// <summary>The steps of the run that it stands for; none for a wait in which the run ended.</summary>
    public IReadOnlyList<RecordedStep> Steps => _steps;

    public static TimelineRow Of(RecordedStep step, int site, StepWords words, bool isCall)
    {
        var row = new TimelineRow(step.Thread, site, words, isCall);
        row._steps.Add(step);
        return row;
    }

    /// <summary>Merges the next row into this one, if it only repeats or completes it.</summary>
    /// <returns>Whether it did.</returns>
    public bool Absorb(TimelineRow next)
    {
        if (next.Thread != Thread || next.Site != Site)
        {
            return false;
        }

        if (next.IsCall == IsCall && next.Words.Text == Words.Text)
        {
            Times += IsCall ? 0 : 1;
        }
        else if ((IsCall || next.IsCall) && (IsLongerBy(Words, next.Words) || IsLongerBy(next.Words, Words)))
        {
            // The access to an element, and the collection's own accesses that perform it.
            if (next.Words.Text.Length > Words.Text.Length)
            {
                (Words, IsCall, Times) = (next.Words, next.IsCall, next.Times);
            }
        }
        else
        {
            return false;
        }

        _steps.AddRange(next._steps);
        return true;
    }

    /// <summary>Makes the row of a wait in which the run ended stand for the steps of the row that began it, too.</summary>
    public void StandFor(TimelineRow begun) => _steps.AddRange(begun._steps);

    private static bool IsLongerBy(StepWords longer, StepWords shorter) =>
        longer.Text.StartsWith($"{shorter.Text} = ", StringComparison.Ordinal);
}
