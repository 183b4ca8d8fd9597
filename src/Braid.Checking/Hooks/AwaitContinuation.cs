using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>What goes on when a task is complete, and where: as .NET's own continuations of await decide it.</summary>
/// <remarks>
/// In the context or on the scheduler that was captured; else on the thread that completes the task, if that is asked to and is a place for it; else as a work item. What a
/// context does with it is the program's code.
/// </remarks>
internal sealed class AwaitContinuation
{
    private readonly Action _action;
    private readonly VectorClock _known = new();
    private readonly SynchronizationContext? _context;
    private readonly TaskScheduler? _scheduler;

    /// <param name="thread">Who awaits.</param>
    /// <param name="task">What is awaited; null where that is no task.</param>
    /// <param name="action">What is to run.</param>
    /// <param name="capturesContext">Where the thread runs now matters.</param>
    /// <param name="site">Where in the code.</param>
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

    /// <summary>A context of the program's own that the current thread runs in.</summary>
    public static SynchronizationContext? CustomContext => SynchronizationContext.Current is { } context && context.GetType() != typeof(SynchronizationContext) ? context : null;

    public Task? Task { get; }

    /// <summary>Where it was registered.</summary>
    public int Site { get; }

    /// <summary>The context that it was posted to, and has not run since.</summary>
    public SynchronizationContext? PostedTo { get; private set; }

    /// <summary>Registers it with the task, or starts it if that is complete.</summary>
    public static AwaitContinuation Register(ControlledThread thread, Task task, Action action, bool capturesContext, int site)
    {
        var continuation = new AwaitContinuation(thread, task, action, capturesContext, site);
        if (!task.IsCompleted && TaskResource.Required(thread, task, site) is { } known)
        {
            thread.Did(OperationKind.Await, known, site);
            known.Add(continuation);
        }
        else
        {
            TaskResource.Learn(thread, task);
            continuation.Run(thread, canInline: false);
        }

        return continuation;
    }

    /// <summary>Runs it, or hands it to what runs it.</summary>
    /// <param name="thread">Who completes the task.</param>
    /// <param name="canInline">It may run on this thread.</param>
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

    /// <summary>No task is the current one in a continuation.</summary>
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
