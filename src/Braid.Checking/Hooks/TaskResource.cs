using System.Runtime.CompilerServices;
using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Hooks;

/// <summary>The checker's side of a task that was not complete when it was made: who completes it, what that publishes, and what runs then.</summary>
/// <remarks>
/// <para>
/// The tasks are .NET's own, and so are their states, exceptions, cancellation, children and combinators. What the checker decides is when, and on which controlled
/// thread, a continuation runs. Nothing of a controlled task ever goes to the real thread pool, and no controlled thread ever waits in a real one.
/// </para>
/// <para>
/// Completion. Whoever completes a task comes through a hook: a setter of a TaskCompletionSource, the builder of an async method, a thread that runs a task's delegate. The hook
/// makes that a scheduling point, publishes the completing thread's clock here, lets the real task complete, and then runs the continuations that wait here (<see cref="Finish"/>). What .NET's
/// own code completes - WhenAll, Unwrap, WaitAsync, a delay, a continuation that is cancelled - is watched (<see cref="Watch"/>): a real continuation, which a scheduler that always executes at once runs
/// inside of the completion, puts the task on the completing thread's list, and the hook that led there runs the list when .NET's code has returned. So no
/// code of the program runs inside of a watch, and the end of a run passes through no catch block of .NET on its way out.
/// </para>
/// <para>
/// Awaiting. The real builder boxes the state machine and captures the execution context; it is given an awaiter that only keeps the action to be called. That
/// action is registered here, with where it is to run, and runs by .NET's rules (<see cref="AwaitContinuation"/>): of several, the first may run on the completing thread, the others are
/// queued before it. A task that is to run its continuations asynchronously loses that flag when it is first seen, so that the real one has none to queue, and shows it still.
/// </para>
/// <para>
/// Order. The completer's clock is learnt by whoever sees that the task is complete, and by its continuations, which also know what was known where they were registered. A task that is complete
/// when it is made has no resource: Task.CompletedTask and the tasks of small numbers are shared by all, and order nobody. To see that a task is complete is no scheduling point, since it stays so; to see that it is not is one.
/// </para>
/// <para>
/// A task that is not complete and has no resource was made by code that nobody controls. A run that waits for it stops, and says so: its completion would come from a thread that no schedule has.
/// </para>
/// </remarks>
internal sealed class TaskResource(Task task) : Resource, ICompletion
{
    private readonly List<AwaitContinuation> _continuations = [];
    private bool _isFinished;
    private bool _isWatched;

    /// <summary>The program's own object.</summary>
    public Task Task => task;

    public override string Noun => "task";

    /// <summary>The place that made it; for an async method, the first at which it was suspended.</summary>
    public int MadeAt { get; private init; }

    /// <summary>It is the task of an async method.</summary>
    public bool IsOfMethod { get; private init; }

    /// <summary>Its continuations are queued, and none runs on the completing thread.</summary>
    public bool RunsAsynchronously { get; private init; }

    /// <summary>It was completed by .NET's own code when a task completed that runs its continuations asynchronously: .NET does that on a thread of the pool.</summary>
    private bool IsCompletedOnPool { get; set; }

    /// <summary>The thread that runs its delegate now.</summary>
    public ControlledThread? Runner { get; set; }

    /// <summary>What the async method is suspended at; null while it runs.</summary>
    public AwaitContinuation? Awaiting { get; set; }

    /// <summary>Tasks whose completion leads to that of this one; it tells what they tell.</summary>
    public IReadOnlyList<Task> Sources { get; set; } = [];

    /// <summary>What was returned by a call outside of control, for which this task stands; null for a task that is controlled.</summary>
    public Task? Outside { get; private init; }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_stateFlags")]
    private static extern ref int StateFlags(Task task);

    public static TaskResource? Find(ControlledThread thread, Task task) => thread.Execution.Resources.Find<TaskResource>(task);

    /// <summary>The resource of a task that was made here.</summary>
    /// <param name="thread">Who has made it.</param>
    /// <param name="task">The task.</param>
    /// <param name="site">Where.</param>
    /// <param name="isOfMethod">It is an async method's.</param>
    /// <param name="isAsynchronous">Its continuations are queued, whatever its options say.</param>
    /// <returns>Null for one that is complete already and was not seen before.</returns>
    public static TaskResource? Made(ControlledThread thread, Task task, int site, bool isOfMethod = false, bool isAsynchronous = false)
    {
        if (Find(thread, task) is { } known)
        {
            return known;
        }

        if (task.IsCompleted)
        {
            return null;
        }

        const int asynchronously = (int)TaskCreationOptions.RunContinuationsAsynchronously;
        bool runsAsynchronously = isAsynchronous || (StateFlags(task) & asynchronously) != 0;
        StateFlags(task) &= ~asynchronously;
        return thread.Execution.Resources.Get(task, thread.Execution, made => new TaskResource(made) { MadeAt = site, IsOfMethod = isOfMethod, RunsAsynchronously = runsAsynchronously });
    }

    /// <summary>A task of its own for one that a call outside of control has returned, which may be complete by now, or shared.</summary>
    public static T OfOutside<T>(ControlledThread thread, Task outside, T standIn, int site)
        where T : Task
    {
        thread.Execution.Resources.Get(standIn, thread.Execution, made => new TaskResource(made) { MadeAt = site, Outside = outside });
        return standIn;
    }

    /// <summary>As <see cref="Made"/>, for a task that .NET's own code may complete.</summary>
    public static T Watched<T>(ControlledThread thread, T task, int site, params IReadOnlyList<Task> sources)
        where T : Task
    {
        if (Made(thread, task, site) is { } known)
        {
            known.Sources = sources;
            known.Watch();
        }
        else
        {
            foreach (Task source in sources)
            {
                Learn(thread, source);
            }
        }

        return task;
    }

    /// <summary>The thread knows what was done before the task was completed, if it is.</summary>
    public static void Learn(ControlledThread thread, Task task)
    {
        if (task.IsCompleted && Find(thread, task) is { } known)
        {
            known.AcquireBy(thread);
        }
    }

    /// <summary>A scheduling point before a look whether the task is complete, unless it is.</summary>
    public static bool Look(ControlledThread thread, Task task, int site)
    {
        if (Find(thread, task) is { Outside: null } known)
        {
            if (task.IsCompleted)
            {
                thread.Did(OperationKind.Read, known, site);
            }
            else
            {
                if (thread.NoSwitch == 0 && thread.IsSpinningOn(known, 0, site))
                {
                    thread.Execution.Yielding(thread);
                }

                thread.Step(OperationKind.Read, known, site);
            }

            if (task.IsCompleted)
            {
                known.AcquireBy(thread);
            }
        }
        else if (!task.IsCompleted && thread.Execution.Settings.Outside.IsAny)
        {
            // How long it takes is in no schedule: it must not show.
            Required(thread, task, site);
        }

        return task.IsCompleted;
    }

    /// <summary>
    /// As <see cref="Look"/>, of one who suspends itself if it is not complete: at a task from outside of control always, or some runs would go
    /// another way than others.
    /// </summary>
    public static bool LookToAwait(ControlledThread thread, Task task, int site) =>
        Find(thread, task) is not { Outside: not null } && Look(thread, task, site);

    /// <summary>The resource of a task that is not complete.</summary>
    /// <returns>
    /// Null if it is complete now: no thread under control could complete it, and the run was allowed to wait for it in real time
    /// (<see cref="CheckOptions.Uncontrolled"/>). Without that permission the run stops.
    /// </returns>
    public static TaskResource? Required(ControlledThread thread, Task task, int site)
    {
        TaskResource? known = Find(thread, task);
        if (known is { Outside: null })
        {
            return known;
        }

        Refusal.Await(thread, TaskText.Unknown(known?.Outside ?? task), ((IAsyncResult)task).AsyncWaitHandle, site);
        return null;
    }

    /// <summary>A task of .NET's that ends with another; where that could only be waited for in real time, so is this one.</summary>
    public static T Following<T>(ControlledThread thread, Task before, T made, int site)
        where T : Task
    {
        if (!before.IsCompleted && Required(thread, before, site) is null)
        {
            Refusal.Await(thread, TaskText.Unknown(made), ((IAsyncResult)made).AsyncWaitHandle, site);
        }

        return Watched(thread, made, site, before);
    }

    public override bool CanProceed(ControlledThread thread) => task.IsCompleted;

    public override ControlledThread? HolderBlocking(ControlledThread thread) => task.IsCompleted ? null : Runner;

    /// <summary>A scheduling point before the thread completes the task, and what it has done until then is published.</summary>
    public void Completing(ControlledThread thread, int site)
    {
        thread.Step(OperationKind.Signal, this, site);
        if (!task.IsCompleted)
        {
            ReleaseBy(thread);
            thread.Completing = this;
        }
    }

    /// <summary>A setter of the program completes the task, or finds it complete.</summary>
    public static bool Complete(ControlledThread thread, Task task, int site, Func<bool> set)
    {
        TaskResource? known = Made(thread, task, site);
        known?.Completing(thread, site);
        bool isSet = set();
        known?.Finish(thread);
        return isSet;
    }

    /// <summary>The thread completes the task in the midst of a step of another kind.</summary>
    /// <param name="thread">Who completes it.</param>
    /// <param name="complete">Completes the real task, which is not complete.</param>
    /// <param name="more">What else is known to whoever sees it.</param>
    public void CompleteWithin(ControlledThread thread, Action complete, VectorClock? more = null)
    {
        ReleaseBy(thread);
        if (more is not null)
        {
            Published!.Join(more);
        }

        TaskResource? before = thread.Completing;
        thread.Completing = this;
        complete();
        thread.Completing = before;
        Note(thread);
    }

    /// <summary>The real task may be complete by now: its continuations run.</summary>
    public void Finish(ControlledThread thread)
    {
        Note(thread);
        thread.Completing = null;
        Drain(thread);
    }

    /// <summary>Notices when .NET's own code completes the task.</summary>
    public void Watch()
    {
        if (!_isWatched && !_isFinished)
        {
            _isWatched = true;
            InlineScheduler.After(task, static (_, state) => ((TaskResource)state!).Noticed(), this);
        }
    }

    /// <summary>What is to run when the task, which is not complete, completes.</summary>
    public void Add(AwaitContinuation continuation) => _continuations.Add(continuation);

    /// <summary>Runs the continuations of all that .NET's own code has completed in the step of this thread.</summary>
    public static void Drain(ControlledThread thread)
    {
        while (thread.Completions.Count > 0)
        {
            ICompletion next = thread.Completions[0];
            thread.Completions.RemoveAt(0);
            if (!thread.Execution.Ending)
            {
                next.RunContinuations(thread);
            }
        }
    }

    /// <summary>A task that awaiting code was registered with is complete, and nobody under control has completed it.</summary>
    public static TaskResource? FindCompletedOutside(Execution execution) =>
        execution.Resources.All.OfType<TaskResource>().FirstOrDefault(static known => known is { _isFinished: false, _continuations.Count: > 0, Task.IsCompleted: true });

    private void Noticed()
    {
        if (ControlledThread.Current is not { } thread)
        {
            return;
        }

        if (thread.Execution.Ending)
        {
            // Nobody will ask for it.
            _ = task.Exception;
            return;
        }

        foreach (Task source in Sources)
        {
            Learn(thread, source);
        }

        IsCompletedOnPool = thread.Completing is { } cause && (cause.RunsAsynchronously || cause.IsCompletedOnPool);
        ReleaseBy(thread);
        Note(thread);
    }

    private void Note(ControlledThread thread)
    {
        if (_isFinished || !task.IsCompleted)
        {
            return;
        }

        _isFinished = true;
        thread.Execution.Recorder?.Completed(thread, this);
        if (_continuations.Count > 0)
        {
            thread.Completions.Add(this);
        }
    }

    /// <inheritdoc/>
    /// <remarks>As .NET does: all but the first are queued, in order, and then the first runs here if it may.</remarks>
    public void RunContinuations(ControlledThread thread)
    {
        AwaitContinuation[] all = [.. _continuations];
        _continuations.Clear();
        bool canInline = !RunsAsynchronously && !IsCompletedOnPool && RuntimeHelpers.TryEnsureSufficientExecutionStack();
        for (int i = canInline ? 1 : 0; i < all.Length; i++)
        {
            all[i].Run(thread, canInline: false);
        }

        if (canInline)
        {
            all[0].Run(thread, canInline: true);
        }
    }
}
