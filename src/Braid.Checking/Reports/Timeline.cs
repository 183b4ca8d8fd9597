using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Reports;

/// <summary>A run as rows: those of the steps that take part in its fault, and those of all its steps.</summary>
/// <remarks>
/// A step takes part if the fault depends on it (<see cref="Relevance"/>). Steps inside a library are shown as the program's call of it.
/// Repetitions without a change are one row. With libraries shown, each step takes part that concerns an object named by the fault, or one
/// that two threads used and one changed.
/// </remarks>
internal sealed class Timeline
{
    private const int MostRowsOfLoops = 12;
    private const int MostStepsOfRows = 20_000;     // so that an endless run does not cost seconds; the last rows of it are kept
    private const int FewRows = 14;                 // a whole run of at most this length is easier to read than a part of it

    private readonly Recorder _recorder;
    private readonly Failure _failure;
    private readonly bool _showLibraries;
    private readonly int _others;
    private readonly IReadOnlyList<RecordedStep> _takingPart;

    public Timeline(Recorder recorder, Failure failure, bool showLibraries)
    {
        (_recorder, _failure, _showLibraries) = (recorder, failure, showLibraries);
        _takingPart = Select(recorder.Steps, out _others);
        Rows = WithWaits([.. Merge(_takingPart)]);
    }

    /// <summary>The steps that take part in the fault.</summary>
    public IReadOnlyList<TimelineRow> Rows { get; }

    /// <summary>How many steps on the same objects do not take part.</summary>
    public int Others => _others;

    /// <summary>All steps of the run.</summary>
    public IReadOnlyList<CheckStep> Steps()
    {
        HashSet<RecordedStep> takingPart = [.. _takingPart];
        List<RecordedStep> visible =
            [.. _recorder.Steps.Where(step => takingPart.Contains(step) || (IsVisible(step) && !IsOfCompiler(step)))];
        int before = Math.Max(0, visible.Count - MostStepsOfRows);
        return StepList.Of(
            WithWaits([.. Merge(visible.Skip(before))]), _recorder.Dropped + before, takingPart, _recorder, _showLibraries);
    }

    private IReadOnlyList<RecordedStep> Select(IReadOnlyList<RecordedStep> steps, out int others)
    {
        HashSet<Resource> shared = [.. Shared(steps), .. _failure.About];
        bool onlyAbout = _failure.Verdict is Verdict.DataRace or Verdict.LostUpdate && _failure.About.Count > 0;
        List<RecordedStep> all =
        [
            .. steps.Where(step => step.Operation.Target is { } target && shared.Contains(target) && IsShown(step)
                && (!onlyAbout || target is not Variable || _failure.About.Contains(target))),
        ];
        others = 0;
        if (_showLibraries || all.Count == 0)
        {
            return all;
        }

        if (_failure.Verdict != Verdict.Livelock && Merge(all).Take(FewRows + 1).Count() <= FewRows)
        {
            return all;
        }

        IReadOnlyList<RecordedStep> relevant = _failure.Verdict == Verdict.Livelock ? LastRound(all) : Relevance.Of(all, shared, _failure);
        others = relevant.Count == 0 ? 0 : all.Count - relevant.Count;
        return relevant.Count == 0 ? all : relevant;
    }

    /// <summary>What the threads do repeatedly: the last occurrence of each step.</summary>
    private static List<RecordedStep> LastRound(List<RecordedStep> steps)
    {
        HashSet<(ControlledThread, int)> seen = [];
        List<RecordedStep> round = [.. Enumerable.Reverse(steps).Take(20 * MostRowsOfLoops)
            .Where(step => seen.Add((step.Thread, step.Operation.Site))).Take(MostRowsOfLoops)];
        round.Reverse();
        return round;
    }

    /// <summary>Whether the timeline can show the step: it is not inside a library, or the program called that library.</summary>
    private bool IsVisible(RecordedStep step) =>
        _showLibraries || step.CallSite != 0 || (Sites.Traits(step.Operation.Site) & SiteTraits.Library) == 0;

    /// <summary>Whether it is on a variable of the compiler's own, as an async method has.</summary>
    private bool IsOfCompiler(RecordedStep step) =>
        !_showLibraries && step.Operation.Target is Variable
            && Sites.Get(step.Operation.Site).Subject.StartsWith("<>", StringComparison.Ordinal);

    private bool IsShown(RecordedStep step) => IsVisible(step) && step.Operation.Kind is not
        (OperationKind.Start or OperationKind.Complete or OperationKind.Fence or OperationKind.Spawn or OperationKind.Join);

    /// <summary>The objects that two threads have used in a way whose order matters.</summary>
    private static IEnumerable<Resource> Shared(IReadOnlyList<RecordedStep> steps) =>
        steps.Where(step => step.Operation.Target is not null)
            .GroupBy(step => step.Operation.Target!)
            .Where(group => group.Key is Variable ? IsContended([.. group]) : group.Select(step => step.Thread).Distinct().Skip(1).Any())
            .Select(group => group.Key);

    /// <summary>
    /// Whether a thread writes after a second thread has arrived: order does not matter for an object that one thread creates and others
    /// then only read.
    /// </summary>
    private static bool IsContended(List<RecordedStep> steps)
    {
        int second = steps.FindIndex(step => step.Thread != steps[0].Thread);
        return second >= 0 && steps.FindIndex(second, step => step.Operation.Kind != OperationKind.Read) >= 0;
    }

    private IEnumerable<TimelineRow> Merge(IEnumerable<RecordedStep> steps)
    {
        TimelineRow? open = null;
        foreach (RecordedStep step in steps)
        {
            bool inside = !_showLibraries && step.Shown != step.Operation.Site
                && (Sites.Traits(step.Operation.Site) & SiteTraits.Library) != 0;
            TimelineRow row = inside
                ? TimelineRow.Of(step, step.Shown, WordsOfCall(step), isCall: true)
                : TimelineRow.Of(step, _showLibraries ? step.Operation.Site : step.Shown, StepWords.Of(step), isCall: false);
            if (open?.Absorb(row) == true)
            {
                continue;
            }

            if (open is not null)
            {
                yield return open;
            }

            open = row;
        }

        if (open is not null)
        {
            yield return open;
        }
    }

    /// <summary>The program's call, and what it does to the memory that the fault is about.</summary>
    private StepWords WordsOfCall(RecordedStep step)
    {
        string call = Sites.Get(step.Shown).Subject;
        if (step.IsAccessor)
        {
            return StepWords.OfAccessor(call, writes: (Sites.Traits(step.Shown) & SiteTraits.DerivedWrite) != 0);
        }

        return step.Operation.Target is Variable && _failure.Verdict == Verdict.DataRace && _failure.About.Contains(step.Operation.Target!)
            ? StepWords.OfCall(call, StepWords.Of(step))
            : StepWords.OfCall(call);
    }

    /// <summary>
    /// At the end of a run that cannot continue: what each thread waits for. That a wait began is self-evident, unless a step came in
    /// between.
    /// </summary>
    private List<TimelineRow> WithWaits(List<TimelineRow> rows)
    {
        foreach ((ControlledThread thread, Operation operation) in _failure.Waiting.Where(
            wait => wait.Operation.Kind is not OperationKind.Complete))
        {
            (int site, string text) = _showLibraries
                ? (operation.Site, $"waits for {Text.Of(operation)}")
                : (thread.Shown(operation.Site), $"waits {Text.WaitWithoutPlace(thread)}");
            var wait = new TimelineRow(thread, site, StepWords.OfWait(operation, text), isCall: false) { Wait = operation };
            int last = rows.FindLastIndex(row => row.Thread == thread);
            if (last >= 0 && rows[last].Site == site && !_showLibraries
                && rows.FindIndex(last, row => row.Thread != thread && row.Wait is null) < 0)
            {
                wait.StandFor(rows[last]);
                rows.RemoveAt(last);
            }

            rows.Add(wait);
        }

        return rows;
    }
}
