using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Memory;

namespace Braid.Checking.Reports;

/// <summary>Decides which steps of a run take part in its fault.</summary>
/// <remarks>
/// <para>
/// A backward slice from the fault (Agrawal, Horgan: Dynamic program slicing, PLDI 1990), over the effects of threads on each other. A read
/// leads to the write of another thread whose value it saw; a write leads to the one that it replaced and to what its thread had read
/// before; a wait leads to the signals of the object it waits for and to the reads that decided it. What a thread computes by itself is not
/// visible here, so a read is assumed to matter for the next write of its thread in the same method.
/// </para>
/// <para>
/// Acquiring and releasing a lock is relevant if another thread came in between: in a cycle of waits, and if a thread released a lock
/// between two steps that take part.
/// </para>
/// </remarks>
internal sealed class Relevance
{
    private const int MostSteps = 20;
    private const int ReadsBeforeAWrite = 3;
    private const int ReadsBeforeTheEnd = 4;

    private readonly IReadOnlyList<RecordedStep> _steps;
    private readonly HashSet<Resource> _shared;
    private readonly int _secondThread;         // index of the first step of a second thread; what precedes it is the initial state
    private readonly SortedSet<int> _taken = [];
    private readonly Queue<int> _open = new();

    private Relevance(IReadOnlyList<RecordedStep> steps, HashSet<Resource> shared)
    {
        (_steps, _shared) = (steps, shared);
        _secondThread = steps.TakeWhile(step => step.Thread == steps[0].Thread).Count();
    }

    /// <param name="steps">All recorded steps.</param>
    /// <param name="shared">The objects that more than one thread has used in a way whose order matters.</param>
    /// <param name="failure">The fault.</param>
    /// <returns>The steps to show, in their order.</returns>
    public static IReadOnlyList<RecordedStep> Of(IReadOnlyList<RecordedStep> steps, HashSet<Resource> shared, Failure failure)
    {
        var relevance = new Relevance(steps, shared);
        relevance.Begin(failure);
        relevance.Follow();
        relevance.AddLocksInBetween();
        return [.. relevance._taken.Select(place => steps[place])];
    }

    private void Begin(Failure failure)
    {
        switch (failure.Verdict)
        {
            case Verdict.DataRace or Verdict.LostUpdate when failure.About.Count > 0:
                TakeAccesses(failure.About[0], failure.Verdict == Verdict.LostUpdate);
                break;
            case Verdict.Deadlock or Verdict.LostWakeup:
                foreach ((ControlledThread thread, Operation operation) in failure.Waiting)
                {
                    TakeHeld(thread, failure.Waiting);
                    TakeCauses(thread, operation, failure);
                }

                break;
            case Verdict.NotLinearizable:
                foreach (int place in Enumerable.Range(0, _steps.Count).Where(IsOfCall))
                {
                    _taken.Add(place);
                }

                for (int place = _steps.Count - 1; place >= _secondThread; place--)
                {
                    if (_steps[place].Operation.Kind == OperationKind.Return)
                    {
                        TakeLastReads(_steps[place].Thread, place, ReadsBeforeAWrite, inMethod: null);
                    }
                }

                break;
            case Verdict.LeakedLock:
                Take(
                    Last(
                        step =>
                            failure.About.Contains(step.Operation.Target!)
                                && step.Operation.Kind is OperationKind.Acquire or OperationKind.TryAcquire));
                break;
            default:
                TakeLastReads(failure.Thread ?? _steps[^1].Thread, _steps.Count, ReadsBeforeTheEnd, inMethod: null);
                TakeLastWaits(failure.Thread ?? _steps[^1].Thread);
                break;
        }
    }

    private bool IsOfCall(int place) => _steps[place].Operation.Kind is OperationKind.Call or OperationKind.Return;

    private void Follow()
    {
        while (_open.TryDequeue(out int place) && _taken.Count < MostSteps)
        {
            RecordedStep step = _steps[place];
            if (step.Operation.Target is not { } target)
            {
                continue;
            }

            int write = LastBefore(place, other => other.Operation.Target == target && Changes(other.Operation.Kind));
            if (Changes(step.Operation.Kind))
            {
                TakeLastReads(step.Thread, place, ReadsBeforeAWrite, Sites.Get(step.Shown).Method);
                Take(write >= 0 && _steps[write].Thread != step.Thread ? write : -1);
            }
            else
            {
                Take(write >= _secondThread && _steps[write].Thread != step.Thread ? write : -1);
            }
        }
    }

    /// <summary>For a lost update, the steps from the read on; for a race, the last access of each of the two threads.</summary>
    private void TakeAccesses(Resource place, bool isUpdate)
    {
        int last = Last(step => step.Operation.Target == place && (!isUpdate || Changes(step.Operation.Kind)));
        if (last < 0)
        {
            return;
        }

        int first = LastBefore(
            last,
            step =>
                step.Operation.Target == place
                    && (isUpdate ? step.Thread == _steps[last].Thread
                        && !Changes(step.Operation.Kind) : step.Thread != _steps[last].Thread));
        for (int i = Math.Max(first, 0); i <= last; i++)
        {
            if (_steps[i].Operation.Target == place && (isUpdate || i == first || i == last))
            {
                _taken.Add(i);
            }
        }
    }

    /// <summary>Includes the steps in which the thread acquired the locks that it still holds and another thread waits for.</summary>
    private void TakeHeld(ControlledThread thread, IReadOnlyList<(ControlledThread Thread, Operation Operation)> waiting)
    {
        foreach (HeldLock held in thread.Held)
        {
            if (waiting.Any(wait => wait.Operation.Target == held.Lock))
            {
                Take(
                    Last(
                        step =>
                            step.Thread == thread && step.Operation.Target == held.Lock
                                && step.Operation.Kind is OperationKind.Acquire or OperationKind.TryAcquire));
            }
        }
    }

    /// <summary>
    /// Includes the signals of the object that the thread waits for, the changes of what the fault concerns, and the thread's last read
    /// before it began to wait.
    /// </summary>
    private void TakeCauses(ControlledThread thread, in Operation operation, Failure failure)
    {
        if (operation.Target is ThreadEnd or LockResource or null)
        {
            return;
        }

        Resource target = operation.Target is MonitorResource.Waiters waiters ? waiters.Monitor : operation.Target;
        string method = Sites.Get(operation.Site).Method;
        int began = Last(step => step.Thread == thread && step.Operation.Target == target);
        Take(began);

        // The last signal before the wait, which might have woken it, and all later ones.
        int signal = LastBefore(
            began < 0 ? _steps.Count : began,
            step => step.Thread != thread && step.Operation.Target == target && Signals(step.Operation.Kind));
        for (int i = Math.Max(signal, 0); i < _steps.Count; i++)
        {
            if (_steps[i].Operation.Target == target && Signals(_steps[i].Operation.Kind))
            {
                Take(i);
            }
        }

        foreach (Resource about in failure.About.Where(static about => about is Variable))
        {
            int read = LastBefore(_steps.Count, step => step.Thread == thread && step.Operation.Target == about);
            Take(read);
            for (int i = read + 1; read >= 0 && i < _steps.Count; i++)
            {
                Take(_steps[i].Operation.Target == about && Changes(_steps[i].Operation.Kind) ? i : -1);
            }
        }

        TakeLastReads(thread, began < 0 ? _steps.Count : began, 1, method);
    }

    private void TakeLastWaits(ControlledThread thread)
    {
        int wait = Last(
            step =>
                step.Thread == thread && step.Operation.Kind is OperationKind.Wait or OperationKind.AwaitSignal
                    && step.Operation.Target is not ThreadEnd);
        if (wait >= 0)
        {
            Take(wait);
            Resource target = _steps[wait].Operation.Target!;
            int signal = LastBefore(wait, step => step.Thread != thread && step.Operation.Target == target && Signals(step.Operation.Kind));
            Take(signal);
        }
    }

    /// <summary>Includes the last few locations that the thread read before that step, each once.</summary>
    private void TakeLastReads(ControlledThread thread, int before, int most, string? inMethod)
    {
        HashSet<Resource> seen = [];
        for (int i = before - 1; i >= 0 && seen.Count < most; i--)
        {
            RecordedStep step = _steps[i];
            if (step.Thread == thread && step.Operation.Target is { } target && _shared.Contains(target) && IsOfProgram(step) && Looks(step)
                && (inMethod is null || Sites.Get(step.Shown).Method == inMethod)
                && seen.Add(target))
            {
                Take(i);
            }
        }
    }

    /// <summary>
    /// If two steps of one thread take part, and so does another thread's step between them, the release and acquisition of a lock in
    /// between are relevant.
    /// </summary>
    private void AddLocksInBetween()
    {
        int[] taken = [.. _taken];
        foreach (IGrouping<ControlledThread, int> group in taken.GroupBy(place => _steps[place].Thread).ToList())
        {
            int[] own = [.. group];
            for (int i = 1; i < own.Length; i++)
            {
                (int from, int to) = (own[i - 1], own[i]);
                if (!taken.Any(place => place > from && place < to && _steps[place].Thread != group.Key))
                {
                    continue;
                }

                for (int place = from + 1; place < to; place++)
                {
                    RecordedStep step = _steps[place];
                    if (step.Thread == group.Key && step.Operation is { Kind: OperationKind.Release, Target: { } left }
                        && _shared.Contains(left))
                    {
                        int again = Enumerable.Range(place + 1, to - place - 1).FirstOrDefault(
                            later =>
                                _steps[later].Thread == group.Key && _steps[later].Operation is { Kind: OperationKind.Acquire } operation
                                    && operation.Target == left,
                            -1);
                        if (again >= 0)
                        {
                            _taken.UnionWith([place, again]);
                            break;
                        }
                    }
                }
            }
        }
    }

    /// <summary>Whether it is the program's own step, or stands for one: a library's internal steps say little.</summary>
    private static bool IsOfProgram(RecordedStep step) => step.IsAccessor || step.Shown == step.Operation.Site;

    /// <summary>
    /// Whether the step observes what other threads have done. A change without a value is a call on a whole collection, which observes its
    /// contents.
    /// </summary>
    private static bool Looks(RecordedStep step) =>
        step.Operation.Kind is OperationKind.Read or OperationKind.Update or OperationKind.TryAcquire or OperationKind.TryTake
            || step.Operation is { Kind: OperationKind.Write, Target: Variable } && step.Outcome is null;

    private static bool Changes(OperationKind kind) =>
        kind is OperationKind.Write or OperationKind.Update or OperationKind.Give or OperationKind.Take || Signals(kind);

    private static bool Signals(OperationKind kind) =>
        kind is OperationKind.Pulse or OperationKind.PulseAll or OperationKind.Signal or OperationKind.Reset or OperationKind.Give
            or OperationKind.Take;

    private void Take(int place)
    {
        if (place >= 0 && _taken.Count < MostSteps && _taken.Add(place))
        {
            _open.Enqueue(place);
        }
    }

    private int Last(Func<RecordedStep, bool> fits) => LastBefore(_steps.Count, fits);

    private int LastBefore(int place, Func<RecordedStep, bool> fits)
    {
        for (int i = place - 1; i >= 0; i--)
        {
            if (fits(_steps[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
