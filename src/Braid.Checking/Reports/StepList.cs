using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Memory;

namespace Braid.Checking.Reports;

/// <summary>Makes the steps of a report from the rows of a run.</summary>
internal sealed class StepList
{
    private const int MostSteps = 2_000;        // a livelock has tens of thousands, and the last ones show it

    private readonly IReadOnlyList<TimelineRow> _rows;
    private readonly Recorder _recorder;
    private readonly bool _showLibraries;
    private readonly Dictionary<RecordedStep, int> _rowOf = [];
    private readonly Dictionary<ControlledThread, RecordedStep> _lastOf = [];
    private readonly int _before;
    private readonly SortedSet<(int To, StepLinkKind Kind)>?[] _links;
    private readonly Dictionary<TaskResource, StepTask> _tasks = [];

    private StepList(IReadOnlyList<TimelineRow> rows, int before, Recorder recorder, bool showLibraries)
    {
        (_rows, _before, _recorder, _showLibraries) = (rows, before, recorder, showLibraries);
        _links = new SortedSet<(int, StepLinkKind)>?[rows.Count];
        for (int row = 0; row < rows.Count; row++)
        {
            foreach (RecordedStep step in rows[row].Steps)
            {
                _rowOf.Add(step, row);
            }
        }

        foreach (RecordedStep step in recorder.Steps)
        {
            _lastOf[step.Thread] = step;
        }
    }

    /// <param name="rows">The whole run, or its end.</param>
    /// <param name="before">The number of steps left out before it.</param>
    /// <param name="takingPart">The steps that the timeline shows.</param>
    /// <param name="recorder">The recorder of the run.</param>
    /// <param name="showLibraries">Whether the rows are of steps inside libraries too.</param>
    public static IReadOnlyList<CheckStep> Of(
        IReadOnlyList<TimelineRow> rows, int before, HashSet<RecordedStep> takingPart, Recorder recorder, bool showLibraries)
    {
        var list = new StepList(rows, before, recorder, showLibraries);
        list.LinkCauses();
        list.LinkValues();
        list.LinkBlockers();
        int first = Math.Max(0, rows.Count - MostSteps);
        return [.. Enumerable.Range(first, rows.Count - first).Select(row => list.Make(row, takingPart))];
    }

    private CheckStep Make(int index, HashSet<RecordedStep> takingPart)
    {
        TimelineRow row = _rows[index];
        RecordedStep? last = row.Steps.Count > 0 ? row.Steps[^1] : _lastOf.GetValueOrDefault(row.Thread);
        return new CheckStep
        {
            Number = NumberOf(index),
            Thread = new StepThread(row.Thread.Index, row.Thread.Name),
            Task = last is not null && _recorder.TaskOf(last) is { } task ? Number(task) : null,
            Place = SourceMap.Place(row.Site),
            Operation = row.Words.Operation,
            Target = row.Words.Target,
            Value = row.Words.Value,
            Outcome = row.Words.Outcome,
            Text = row.Words.Text,
            Times = row.Times,
            TakesPart = row.Wait is not null || row.Steps.Any(takingPart.Contains),
            Holds = last is null ? [] : [.. last.Held.Select(HoldOf)],
            Links = [.. (_links[index] ?? []).Select(link => new StepLink(link.Kind, NumberOf(link.To)))],
        };
    }

    private StepHold HoldOf(HeldLock held) => _showLibraries
        ? new StepHold(Text.Of(held.Lock, held.Site), SourceMap.Place(held.Site))
        : new StepHold(Text.HeldName(held), Text.HeldSince(held));

    private int NumberOf(int row) => _before + row + 1;

    private StepTask Number(TaskResource task)
    {
        if (!_tasks.TryGetValue(task, out StepTask known))
        {
            _tasks.Add(task, known = new StepTask(_tasks.Count + 1, TaskText.Of(task)));
        }

        return known;
    }

    private void LinkCauses()
    {
        Dictionary<ControlledThread, List<(int Index, StepLinkKind Kind)>> carried = [];
        foreach (RecordedStep step in _recorder.Steps)
        {
            List<(int Index, StepLinkKind Kind)>? before = carried.GetValueOrDefault(step.Thread);
            if (!_rowOf.TryGetValue(step, out int to))
            {
                // If the step that the cause started is not shown, the link leads to the next step of the thread.
                carried[step.Thread] = [.. before ?? [], .. step.Causes.Where(cause => Begins(step, cause.Kind))];
                continue;
            }

            carried.Remove(step.Thread);
            StepOutcome outcome = _rows[to].Words.Outcome;
            foreach ((int cause, StepLinkKind kind) in step.Causes.Concat(before ?? []))
            {
                if (cause >= _recorder.Dropped && (outcome != StepOutcome.TimedOut || Begins(step, kind)))
                {
                    // A thread that cancels or interrupts a wait for a lock does not hand the lock over.
                    bool isWake = kind == StepLinkKind.HandOver && outcome is StepOutcome.Cancelled or StepOutcome.Interrupted;
                    Link(_recorder.Steps[cause - _recorder.Dropped], isWake ? StepLinkKind.Wake : kind, to);
                }
            }
        }
    }

    /// <summary>Whether the cause started what the thread now runs, rather than ended a wait of this step.</summary>
    private static bool Begins(RecordedStep step, StepLinkKind kind) =>
        kind == StepLinkKind.Start || (kind == StepLinkKind.Await && step.Operation.Kind != OperationKind.Join);

    private void LinkValues()
    {
        Dictionary<Resource, RecordedStep> writes = [];
        foreach (RecordedStep step in _recorder.Steps.Where(step => step.Operation.Target is Variable && IsShownItself(step)))
        {
            Resource place = step.Operation.Target!;
            if (step.Operation.Kind is OperationKind.Read or OperationKind.Update && writes.TryGetValue(place, out RecordedStep? write)
                && !IsOfOne(write, step)
                && RowOf(write) is { } from && RowOf(step) is { } read && IsSeen(from, read))
            {
                Link(write, StepLinkKind.Value, _rowOf[step]);
            }

            if (step.Operation.Kind is OperationKind.Write or OperationKind.Update)
            {
                writes[place] = step;
            }
        }
    }

    /// <summary>Whether a row shows this step itself, rather than the call of a library that the step is part of.</summary>
    private bool IsShownItself(RecordedStep step) => _showLibraries || (Sites.Traits(step.Operation.Site) & SiteTraits.Library) == 0;

    private StepWords? RowOf(RecordedStep step) => _rowOf.TryGetValue(step, out int row) ? _rows[row].Words : null;

    /// <summary>Whether the read observed the write.</summary>
    /// <remarks>
    /// A write to an element of a collection is recorded when its call begins, and another thread may read before the call has written.
    /// </remarks>
    private static bool IsSeen(StepWords write, StepWords read) => (write.Operation, read.Operation) switch
    {
        (StepOperation.Write, StepOperation.Read) => write.Value is not null && write.Value == read.Value,
        (StepOperation.Update, StepOperation.Read) or (StepOperation.Write or StepOperation.Update, StepOperation.Update) => true,
        _ => false,
    };

    private bool IsOfOne(RecordedStep one, RecordedStep other) =>
        one.Thread == other.Thread || (_recorder.TaskOf(one) is { } task && task == _recorder.TaskOf(other));

    private void LinkBlockers()
    {
        for (int to = 0; to < _rows.Count; to++)
        {
            if (_rows[to] is { Wait: { Target: { } target }, Thread: var thread } && target.HolderBlocking(thread) is { } holder)
            {
                RecordedStep? acquired = _recorder.Steps.LastOrDefault(
                    step =>
                        step.Thread == holder && step.Operation.Target == target
                            && step.Operation.Kind is OperationKind.Acquire or OperationKind.TryAcquire);
                if (acquired is not null)
                {
                    Link(acquired, StepLinkKind.Block, to);
                }
            }
        }
    }

    private void Link(RecordedStep cause, StepLinkKind kind, int to)
    {
        if (_rowOf.TryGetValue(cause, out int from) && from < to)
        {
            (_links[from] ??= []).Add((to, kind));
        }
    }
}
