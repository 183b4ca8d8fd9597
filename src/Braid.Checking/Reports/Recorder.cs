using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Memory;

namespace Braid.Checking.Reports;

/// <summary>Records every step of a run that is to be shown.</summary>
/// <remarks>
/// A step has its effect after it is recorded and before the next one of any thread is. So at each step, what the step before it has
/// changed is visible: what its thread holds, and which waiting threads it made able to continue. A thread waits if it cannot do what it
/// has announced while another steps; what a running thread has announced is done already, and says nothing.
/// </remarks>
internal sealed class Recorder : IRecorder
{
    // So that an endless run does not exhaust the memory. What matters is at the end, and is kept.
    private const int MostSteps = 100_000;
    private const int None = -1;

    private readonly List<RecordedStep> _steps = [];
    private readonly Dictionary<ControlledThread, Turn> _turns = [];
    private readonly Dictionary<Resource, int> _ends = [];          // where a task was completed, or a thread ended
    private readonly Dictionary<int, TaskResource> _methods = [];   // the task of each async method that was suspended

    public IReadOnlyList<RecordedStep> Steps => _steps;

    /// <summary>How many steps were recorded before those of <see cref="Steps"/>.</summary>
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
        // A thread that has not taken a step yet, such as one that a timer started, completes the task in none.
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
        private Resource? _awaited;         // what the thread was last seen to wait for
        private int _enabledBy = None;
        private int _wokenBy = None;        // this step gave it something else to wait for, as a pulse does: the lock of the monitor

        public RecordedStep? Last { get; set; }

        public IReadOnlyList<HeldLock> Held { get; set; } = [];

        public int StartedBy { get; set; } = None;

        public int ContinuedBy { get; set; } = None;

        /// <summary>Looks at the thread after a step of another one.</summary>
        /// <param name="thread">The thread.</param>
        /// <param name="canStep">It takes its step now.</param>
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
        /// <param name="kind">What it does.</param>
        /// <param name="end">The end of the thread or task that it is about.</param>
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
