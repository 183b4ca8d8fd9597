using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The delegate of a task, with the checker's work before and after it.</summary>
/// <param name="site">The site that made the task.</param>
internal sealed class TaskRun(int site)
{
    private TaskResource? _known;
    private TaskResource? _parent;
    private VectorClock? _madeBy;

    /// <summary>The current task of this thread, as .NET keeps it.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "t_currentTask")]
    public static extern ref Task? CurrentTask(Task? ofType);

    public Action Of(Action body) => body is null ? null! : () => Do(body, static body => { body(); return true; });

    public Action<object?> Of(Action<object?> body) =>
        body is null ? null! : state => Do((body, state), static run => { run.body(run.state); return true; });

    public Func<T> Of<T>(Func<T> body) => body is null ? null! : () => Do(body, static body => body());

    public Func<object?, T> Of<T>(Func<object?, T> body) =>
        body is null ? null! : state => Do((body, state), static run => run.body(run.state));

    public Action<TTask> After<TTask>(Action<TTask> body)
        where TTask : Task =>
        body is null ? null! : before => Do((body, before), static run => { run.body(run.before); return true; }, before);

    public Action<TTask, object?> After<TTask>(Action<TTask, object?> body)
        where TTask : Task =>
        body is null ? null! : (before, state) =>
            Do((body, before, state), static run => { run.body(run.before, run.state); return true; }, before);

    public Func<TTask, T> After<TTask, T>(Func<TTask, T> body)
        where TTask : Task => body is null ? null! : before => Do((body, before), static run => run.body(run.before), before);

    public Func<TTask, object?, T> After<TTask, T>(Func<TTask, object?, T> body)
        where TTask : Task =>
        body is null ? null! : (before, state) =>
            Do((body, before, state), static run => run.body(run.before, run.state), before);

    /// <summary>Called with the task that was made with the delegate.</summary>
    /// <param name="thread">The thread that has made the task.</param>
    /// <param name="task">The task.</param>
    /// <param name="isWatched">Whether the task can complete without the delegate: cancelled, or skipped as a continuation.</param>
    public T Track<T>(ControlledThread thread, T task, bool isWatched)
        where T : Task
    {
        _known = TaskResource.Track(thread, task, site);
        _madeBy = new VectorClock();
        _madeBy.Join(thread.Clock);
        thread.Clock.Tick(thread.Index);
        if (isWatched)
        {
            _known?.Watch();
        }

        if ((task.CreationOptions & TaskCreationOptions.AttachedToParent) != 0 && CurrentTask(null) is { } parent)
        {
            _parent = TaskResource.Find(thread, parent);
        }

        return task;
    }

    /// <summary>Called when a scheduler has run the task: it is complete, or waits for its children.</summary>
    public static void Executed(ControlledThread thread, Task task)
    {
        if (TaskResource.Find(thread, task) is { } known)
        {
            if (task.IsCompleted)
            {
                known.Finish(thread);
            }
            else
            {
                known.Watch();
            }
        }

        TaskResource.Drain(thread);
    }

    private TResult Do<TBody, TResult>(TBody body, Func<TBody, TResult> call, Task? before = null)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return call(body);
        }

        // A scheduler of the program may run the task before the code that makes it has it.
        _known ??= CurrentTask(null) is { } current ? TaskResource.Track(thread, current, site) : null;
        if (_madeBy is not null)
        {
            thread.Clock.Join(_madeBy);
        }

        if (before is not null)
        {
            TaskResource.Learn(thread, before);
        }

        if (_known is not null)
        {
            _known.Runner = thread;
        }

        try
        {
            return call(body);
        }
        finally
        {
            if (!thread.Execution.Ending)
            {
                Ended(thread);
            }
        }
    }

    private void Ended(ControlledThread thread)
    {
        if (_known is not null)
        {
            _known.Completing(thread, site);
            _known.Runner = null;
        }

        _parent?.ReleaseBy(thread);
    }
}
