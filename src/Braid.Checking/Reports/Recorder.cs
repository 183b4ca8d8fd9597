using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Memory;

namespace Braid.Checking.Reports;

/// <summary>Records every step of a run that is to be shown.</summary>
/// <remarks>
/// A step has its effect after it is recorded, and before the next one of any thread is. So at each step the effects of the one before are
/// visible: what its thread holds, and which waiting threads it enabled. A thread waits if its pending step is not enabled while another
/// thread takes one. The pending step of the running thread has been taken already, and shows nothing.
/// </remarks>
internal sealed class Recorder : IRecorder
{
    // Bounds the memory of an endless run. The last steps are kept: they show the fault.
    private const int MostSteps = 100_000;
    private const int None = -1;

    private readonly List<RecordedStep> _steps = [];
    private readonly Dictionary<ControlledThread, Turn> _turns = [];
    private readonly Dictionary<Resource, int> _ends = [];          // where a task was completed, or a thread ended
    private readonly Dictionary<int, TaskResource> _methods = [];   // the task of each async method that was suspended

    public IReadOnlyList<RecordedStep> Steps => _steps;

    /// <summary>The number of steps recorded before those of <see cref="Steps"/>.</summary>
    public int Dropped { get; private set; }

    public void Begin()
    {
        _steps.Clear();
        _turns.Clear();
        _ends.Clear();
        _methods.Clear();
        Dropped = 0;
    }

    public void Step(ControlledThread thread, in Operation operation)
    {
        if (_steps.Count == MostSteps)
        {
            _steps.RemoveRange(0, MostSteps / 2);
            Dropped += MostSteps / 2;
        }

        if (operation.Target is { Subject: null } target && Sites.Get(operation.Site).Subject is { Length: > 0 } subject)
        {
            target.Subject = subject;
        }

        NoteEffects(thread);
        int index = Dropped + _steps.Count;
        Turn turn = TurnOf(thread);
        var step = new RecordedStep(index, thread, operation)
        {
            Causes = operation.Kind is OperationKind.Call or OperationKind.Return
                ? []
                : turn.Take(operation.Kind, operation.Target is { } joined ? _ends.GetValueOrDefault(joined, None) : None),
            Delegate = TaskRun.CurrentTask(null) is { } running ? TaskResource.Find(thread, running) : null,
        };
        _steps.Add(step);
        turn.Last = step;
        if (operation is { Kind: OperationKind.Spawn, Target: ThreadEnd { Of: { } started } })
        {
            TurnOf(started).StartedBy = index;
        }
        else if (operation is { Kind: OperationKind.Complete, Target: ThreadEnd end })
        {
            _ends[end] = index;
        }
    }

    public void Outcome(ControlledThread thread, string text)
    {
        if (_turns.TryGetValue(thread, out Turn? turn) && turn.Last is { } step)
        {
            step.Outcome = text;
        }
    }

    public void Suspended(ControlledThread thread, TaskResource method) => _methods[thread.Flow] = method;

    public void Completed(ControlledThread thread, TaskResource task)
    {
        // A thread that has not taken a step yet, such as one that a timer started, completes the task outside of any step.
        if (_steps.Count > 0 && _steps[^1].Thread == thread)
        {
            _ends[task] = _steps[^1].Index;
        }
    }

    public void Continued(ControlledThread thread, TaskResource task) => TurnOf(thread).ContinuedBy = _ends.GetValueOrDefault(task, None);

    /// <summary>The task that the thread was running in that step; null for none.</summary>
    public TaskResource? TaskOf(RecordedStep step) => step.Flow != 0 ? _methods.GetValueOrDefault(step.Flow) : step.Delegate;

    /// <summary>The run is over: its last step has had its effect.</summary>
    public void End()
    {
        if (_steps.Count > 0)
        {
            NoteHeld(_steps[^1]);
        }
    }

    /// <summary>What the last step has changed.</summary>
    private void NoteEffects(ControlledThread stepping)
    {
        if (_steps.Count == 0)
        {
            return;
        }

        RecordedStep last = _steps[^1];
        NoteHeld(last);
        foreach (ControlledThread thread in stepping.Execution.Threads)
        {
            if (thread.Stage == ThreadStage.Alive && (thread != stepping || thread != last.Thread))
            {
                TurnOf(thread).Observe(thread, canStep: thread == stepping, last.Index);
            }
        }
    }

    private void NoteHeld(RecordedStep step)
    {
        Turn turn = TurnOf(step.Thread);
        List<HeldLock> held = step.Thread.Held;
        if (held.Count + turn.Held.Count > 0)
        {
            turn.Held = held.SequenceEqual(turn.Held) ? turn.Held : [.. held];
            step.Held = turn.Held;
        }
    }

    private Turn TurnOf(ControlledThread thread)
    {
        if (!_turns.TryGetValue(thread, out Turn? turn))
        {
            _turns.Add(thread, turn = new Turn());
        }

        return turn;
    }

    /// <summary>What led to the next step of a thread.</summary>
    private sealed class Turn
    {
        private Resource? _awaited;         // the last target that the thread was seen waiting for
        private int _enabledBy = None;
        private int _wokenBy = None;        // the step that gave it another target to wait for, as a pulse does: the lock of the monitor

        public RecordedStep? Last { get; set; }

        public IReadOnlyList<HeldLock> Held { get; set; } = [];

        public int StartedBy { get; set; } = None;

        public int ContinuedBy { get; set; } = None;

        /// <summary>Updates this after a step of another thread.</summary>
        /// <param name="thread">The thread.</param>
        /// <param name="canStep">Whether it takes its step now.</param>
        /// <param name="last">The index of the other thread's step.</param>
        public void Observe(ControlledThread thread, bool canStep, int last)
        {
            bool isTimeout = thread.Reason == WakeReason.TimedOut;
            if (_awaited is not null && thread.Pending.Target != _awaited)
            {
                _wokenBy = isTimeout ? None : last;
                _awaited = null;
            }

            if (!canStep && !thread.IsEnabled)
            {
                (_awaited, _enabledBy) = (thread.Pending.Target, None);
            }
            else if (_awaited is not null && _enabledBy == None && !(thread.Released && isTimeout))
            {
                _enabledBy = last;
            }
        }

        /// <summary>What led to the step that the thread takes now.</summary>
        /// <param name="kind">The operation of the step.</param>
        /// <param name="end">The index of the step that ended the thread or task that the step concerns.</param>
        public IReadOnlyList<(int Index, StepLinkKind Kind)> Take(OperationKind kind, int end)
        {
            bool joins = kind == OperationKind.Join;
            if (StartedBy == None && ContinuedBy == None && _wokenBy == None && _enabledBy == None && !(joins && end != None))
            {
                _awaited = null;
                return [];
            }

            (int Index, StepLinkKind Kind)[] all =
            [
                (StartedBy, StepLinkKind.Start),
                (ContinuedBy, StepLinkKind.Await),
                (_wokenBy, StepLinkKind.Wake),
                (joins && end != None ? end : _enabledBy,
                    joins ? StepLinkKind.Await
                    : kind is OperationKind.Acquire or OperationKind.Take ? StepLinkKind.HandOver
                    : StepLinkKind.Wake),
            ];
            (StartedBy, ContinuedBy, _wokenBy, _enabledBy, _awaited) = (None, None, None, None, null);
            return [.. all.Where(static cause => cause.Index != None)];
        }
    }
}
