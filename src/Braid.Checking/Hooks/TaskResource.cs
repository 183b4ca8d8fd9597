using System.Runtime.CompilerServices;
using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Hooks;

/// <summary>
/// The checker's side of a task that was not complete when it was made: which thread completes it, what the completion publishes, and what
/// runs then.
/// </summary>
/// <remarks>
/// <para>
/// The tasks are .NET's own, and so are their states, exceptions, cancellation, children and combinators. The checker decides when, and on
/// which controlled thread, a continuation runs. No controlled task ever goes to the real thread pool, and no controlled thread ever waits
/// in a real task.
/// </para>
/// <para>
/// Completion. Every completion of a task goes through a hook: a setter of a TaskCompletionSource, the builder of an async method, a thread
/// that runs a task's delegate. The hook makes the completion a scheduling point, publishes the completing thread's clock here, completes
/// the real task, and then runs the continuations that wait here (<see cref="Finish"/>). A task that .NET's own code completes - WhenAll,
/// Unwrap, WaitAsync, a delay, a cancelled continuation - is watched (<see cref="Watch"/>): a real continuation, which a scheduler that
/// always runs tasks at once runs inside the completion, puts the task on the completing thread's list, and the hook that led there runs
/// the list when .NET's code has returned. So no code of the program runs inside a watch, and the end of a run passes through no catch
/// block of .NET.
/// </para>
/// <para>
/// Awaiting. The real builder boxes the state machine and captures the execution context; it is given an awaiter that only keeps the action
/// to call. That action is registered here, with where it must run, and runs by .NET's rules (<see cref="AwaitContinuation"/>): if there
/// are several, the first may run on the completing thread, and the others are queued before it. A task that runs its continuations
/// asynchronously loses that flag when the checker first sees it, so that the real one has none to queue, and hooks still report the flag.
/// </para>
/// <para>
/// Order. The completing thread's clock is learned by every thread that sees that the task is complete, and by its continuations, which
/// also know what was known at their registration. A task that is complete when it is made has no resource: Task.CompletedTask and the
/// tasks of small numbers are shared by all code, and order nothing. To see that a task is complete is no scheduling point, since it stays
/// complete; to see that it is not is one.
/// </para>
/// <para>
/// A task that is not complete and has no resource was made by code outside of control. A run that waits for it stops with a report: its
/// completion would come from a thread that no schedule controls.
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

    /// <summary>The site that made it; for an async method, the first site at which it was suspended.</summary>
    public int MadeAt { get; private init; }

    /// <summary>Whether it is the task of an async method.</summary>
    public bool IsOfMethod { get; private init; }

    /// <summary>Whether all its continuations are queued, and none runs on the completing thread.</summary>
    public bool RunsAsynchronously { get; private init; }

    /// <summary>
    /// Whether .NET's own code completed it on the completion of a task that runs its continuations asynchronously: .NET does that on a
    /// thread of the pool.
    /// </summary>
    private bool IsCompletedOnPool { get; set; }

    /// <summary>The thread that is running its delegate.</summary>
    public ControlledThread? Runner { get; set; }

    /// <summary>The continuation at which the async method is suspended; null while it runs.</summary>
    public AwaitContinuation? Awaiting { get; set; }

    /// <summary>Tasks whose completion leads to the completion of this one; it passes on what they publish.</summary>
    public IReadOnlyList<Task> Sources { get; set; } = [];

    /// <summary>
    /// The task that its source has returned and that it stands for, if that is known; null if it stands for none. That may have been
    /// completed before the source, by another thread.
    /// </summary>
    public Func<Task?>? Inner { get; set; }

    /// <summary>The task that a call outside of control returned, for which this one stands; null for a controlled task.</summary>
    public Task? Outside { get; private init; }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_stateFlags")]
    private static extern ref int StateFlags(Task task);

    public static TaskResource? Find(ControlledThread thread, Task task) => thread.Execution.Resources.Find<TaskResource>(task);

    /// <summary>The resource of a task that code under control has made; adds one if it is new.</summary>
    /// <param name="thread">The thread that has made the task.</param>
    /// <param name="task">The task.</param>
    /// <param name="site">The site that has made it.</param>
    /// <param name="isOfMethod">Whether it is the task of an async method.</param>
    /// <param name="isAsynchronous">Whether its continuations are queued whatever its options say.</param>
    /// <returns>Null for a new task that is complete already.</returns>
    public static TaskResource? Track(ControlledThread thread, Task task, int site, bool isOfMethod = false, bool isAsynchronous = false)
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
        return thread.Execution.Resources.Get(
            task,
            thread.Execution,
            made => new TaskResource(made) { MadeAt = site, IsOfMethod = isOfMethod, RunsAsynchronously = runsAsynchronously });
    }

    /// <summary>
    /// Gives a task that a call outside of control has returned, and that may be complete or shared, a stand-in of its own.
    /// </summary>
    public static T OfOutside<T>(ControlledThread thread, Task outside, T standIn, int site)
        where T : Task
    {
        thread.Execution.Resources.Get(standIn, thread.Execution, made => new TaskResource(made) { MadeAt = site, Outside = outside });
        return standIn;
    }

    /// <summary>Like <see cref="Track"/>, for a task that .NET's own code may complete.</summary>
    public static T Watched<T>(ControlledThread thread, T task, int site, params IReadOnlyList<Task> sources)
        where T : Task
    {
        if (Track(thread, task, site) is { } known)
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

    /// <summary>If the task is complete, the thread learns what was done before the completion.</summary>
    public static void Learn(ControlledThread thread, Task task)
    {
        if (task.IsCompleted && Find(thread, task) is { } known)
        {
            known.AcquireBy(thread);
        }
    }

    /// <summary>Checks whether the task is complete, with a scheduling point before the check unless it is.</summary>
    public static bool Check(ControlledThread thread, Task task, int site)
    {
        if (Find(thread, task) is { Outside: null } known)
        {
            if (task.IsCompleted)
            {
                thread.RecordOnly(OperationKind.Read, known, site);
            }
            else
            {
                if (thread.NoSwitch == 0 && thread.IsSpinningOn(known, 0, site))
                {
                    thread.Execution.OnYield(thread);
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
            // How long the task takes is in no schedule, so it must not show.
            Required(thread, task, site);
        }

        return task.IsCompleted;
    }

    /// <summary>
    /// Like <see cref="Check"/>, for code that suspends itself if the task is not complete. A task from outside of control counts as not
    /// complete; otherwise some runs would take another path than others.
    /// </summary>
    public static bool CheckToAwait(ControlledThread thread, Task task, int site) =>
        Find(thread, task) is not { Outside: not null } && Check(thread, task, site);

    /// <summary>The resource of a task that is not complete.</summary>
    /// <returns>
    /// Null if the task is complete now, because no thread under control could complete it and the run was allowed to wait for it in real
    /// time (<see cref="CheckOptions.Uncontrolled"/>). Without that permission the run stops.
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

    /// <summary>
    /// A task of .NET that completes with another; if the run had to wait in real time for that one, it does so for this one too.
    /// </summary>
    public static T Following<T>(ControlledThread thread, Task before, T made, int site, Func<Task?>? inner = null)
        where T : Task
    {
        if (!before.IsCompleted && Required(thread, before, site) is null)
        {
            Refusal.Await(thread, TaskText.Unknown(made), ((IAsyncResult)made).AsyncWaitHandle, site);
        }

        Watched(thread, made, site, before);
        if (Find(thread, made) is { } known)
        {
            known.Inner = inner;
        }
        else if (inner?.Invoke() is { } task)
        {
            Learn(thread, task);
        }

        return made;
    }

    public override bool CanProceed(ControlledThread thread) => task.IsCompleted;

    public override ControlledThread? HolderBlocking(ControlledThread thread) => task.IsCompleted ? null : Runner;

    /// <summary>Makes a scheduling point before the thread completes the task, and publishes what the thread has done until then.</summary>
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
        TaskResource? known = Track(thread, task, site);
        known?.Completing(thread, site);
        bool isSet = set();
        known?.Finish(thread);
        return isSet;
    }

    /// <summary>Completes the task within a step of another kind.</summary>
    /// <param name="thread">The thread that completes it.</param>
    /// <param name="complete">Completes the real task, which is not complete.</param>
    /// <param name="more">A clock that threads which see the completion learn as well.</param>
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
        MarkIfCompleted(thread);
    }

    /// <summary>Called when the real task may be complete: runs its continuations if it is.</summary>
    public void Finish(ControlledThread thread)
    {
        MarkIfCompleted(thread);
        thread.Completing = null;
        Drain(thread);
    }

    /// <summary>Lets the checker notice when .NET's own code completes the task.</summary>
    public void Watch()
    {
        if (!_isWatched && !_isFinished)
        {
            _isWatched = true;
            InlineScheduler.After(task, static (_, state) => ((TaskResource)state!).OnCompletedByRuntime(), this);
        }
    }

    /// <summary>Adds a continuation, to run when the task completes. The task must not be complete.</summary>
    public void Add(AwaitContinuation continuation) => _continuations.Add(continuation);

    /// <summary>Runs the continuations of all tasks that .NET's own code has completed in the current step of this thread.</summary>
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

    /// <summary>A task that is complete and has continuations, although no thread under control has completed it.</summary>
    public static TaskResource? FindCompletedOutside(Execution execution) =>
        execution.Resources.All.OfType<TaskResource>().FirstOrDefault(static known =>
            known is { _isFinished: false, _continuations.Count: > 0, Task.IsCompleted: true });

    private void OnCompletedByRuntime()
    {
        if (ControlledThread.Current is not { } thread)
        {
            return;
        }

        if (thread.Execution.Ending)
        {
            // Marks the exception as observed: no code will read it.
            _ = task.Exception;
            return;
        }

        foreach (Task source in Sources)
        {
            Learn(thread, source);
        }

        if (Inner?.Invoke() is { } inner)
        {
            Learn(thread, inner);
        }

        IsCompletedOnPool = thread.Completing is { } cause && (cause.RunsAsynchronously || cause.IsCompletedOnPool);
        ReleaseBy(thread);
        MarkIfCompleted(thread);
    }

    private void MarkIfCompleted(ControlledThread thread)
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
    /// <remarks>As in .NET: all but the first are queued, in order, and then the first runs here if it may.</remarks>
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
