using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>A continuation of a task, and where it runs, by the rules of .NET's own continuations of await.</summary>
/// <remarks>
/// It runs in the synchronization context or on the scheduler that was captured; otherwise on the thread that completes the task, if
/// inlining is allowed and that thread has neither; otherwise as a work item. What a synchronization context does with it is the program's
/// code.
/// </remarks>
internal sealed class AwaitContinuation
{
    private readonly Action _action;
    private readonly VectorClock _known = new();
    private readonly SynchronizationContext? _context;
    private readonly TaskScheduler? _scheduler;

    /// <param name="thread">The thread that awaits.</param>
    /// <param name="task">The awaited task; null if what is awaited is not a task.</param>
    /// <param name="action">The action to run.</param>
    /// <param name="capturesContext">Whether to capture the thread's synchronization context or scheduler.</param>
    /// <param name="site">The site of the await.</param>
    public AwaitContinuation(ControlledThread thread, Task? task, Action action, bool capturesContext, int site)
    {
        (Task, _action, Site) = (task, action, site);
        _known.Join(thread.Clock);
        thread.Clock.Tick(thread.Index);
        if (capturesContext)
        {
            _context = CustomContext;
            _scheduler = _context is null ? PoolScheduler.CurrentCustom : null;
        }
    }

    /// <summary>The synchronization context of the program's own in which the current thread runs.</summary>
    public static SynchronizationContext? CustomContext =>
        SynchronizationContext.Current is { } context && context.GetType() != typeof(SynchronizationContext) ? context : null;

    public Task? Task { get; }

    /// <summary>The site at which it was registered.</summary>
    public int Site { get; }

    /// <summary>The synchronization context that it was posted to and that has not run it yet.</summary>
    public SynchronizationContext? PostedTo { get; private set; }

    /// <summary>Registers a continuation with the task, or starts it if the task is complete.</summary>
    public static AwaitContinuation Register(ControlledThread thread, Task task, Action action, bool capturesContext, int site)
    {
        var continuation = new AwaitContinuation(thread, task, action, capturesContext, site);
        if (!task.IsCompleted && TaskResource.Required(thread, task, site) is { } known)
        {
            thread.RecordOnly(OperationKind.Await, known, site);
            known.Add(continuation);
        }
        else
        {
            TaskResource.Learn(thread, task);
            continuation.Run(thread, canInline: false);
        }

        return continuation;
    }

    /// <summary>Runs the continuation, or passes it to whatever runs it.</summary>
    /// <param name="thread">The thread that completes the task.</param>
    /// <param name="canInline">Whether it may run on this thread.</param>
    public void Run(ControlledThread thread, bool canInline)
    {
        if (_context is not null)
        {
            if (canInline && ReferenceEquals(_context, SynchronizationContext.Current))
            {
                InvokeWithoutTask(Invoke);
            }
            else
            {
                PostedTo = _context;
                InvokeWithoutTask(() => _context.Post(static state => ((Action)state!)(), (Action)Invoke));
            }
        }
        else if (_scheduler is not null)
        {
            RunOn(_scheduler, thread, canInline && (PoolScheduler.CurrentCustom == _scheduler || thread.IsPoolThread));
        }
        else if (canInline && CustomContext is null && PoolScheduler.CurrentCustom is null)
        {
            InvokeWithoutTask(Invoke);
        }
        else
        {
            ThreadPoolHooks.Queue(thread, null, Invoke, Site);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern bool TryRunInline(TaskScheduler scheduler, Task task, bool taskWasPreviouslyQueued);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_taskScheduler")]
    private static extern ref TaskScheduler? SchedulerOf(Task task);

    /// <summary>There is no current task in a continuation.</summary>
    private static void InvokeWithoutTask(Action action)
    {
        ref Task? current = ref TaskRun.CurrentTask(null);
        Task? before = current;
        current = null;
        try
        {
            action();
        }
        finally
        {
            current = before;
        }
    }

    private void RunOn(TaskScheduler scheduler, ControlledThread thread, bool inline)
    {
        var task = new Task(Invoke);
        if (inline)
        {
            SchedulerOf(task) = scheduler;
            if (TryRunInline(scheduler, task, taskWasPreviouslyQueued: false))
            {
                return;
            }

            SchedulerOf(task) = null;
        }

        thread.StartSite = Site;
        task.Start(scheduler);
    }

    private void Invoke()
    {
        PostedTo = null;
        if (ControlledThread.Current is { } thread)
        {
            thread.Clock.Join(_known);
            if (Task is not null)
            {
                TaskResource.Learn(thread, Task);
                NoteContinued(thread, Task);
            }
        }

        _action();
    }

    private static void NoteContinued(ControlledThread thread, Task task)
    {
        if (thread.Execution.Recorder is { } recorder && TaskResource.Find(thread, task) is { } known)
        {
            recorder.Continued(thread, known);
        }
    }
}
