using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <content>Waits that block a thread.</content>
internal static partial class TaskHooks
{
    /// <summary>Blocks until a body that is asynchronous has ended.</summary>
    public static void AwaitBody(Task body)
    {
        if (ControlledThread.Current is { } thread)
        {
            Await(thread, body, TaskResource.Find(thread, body)?.MadeAt ?? 0);
        }

        body.GetAwaiter().GetResult();
    }

    public static bool Wait(
        Task self, [Default(Timeout.Infinite)] Limit timeout, [Default] CancellationToken cancellationToken, ControlledThread thread,
        int site)
    {
        long ticks = timeout.Ticks;
        bool ended = Await(thread, self, site, ticks, cancellationToken);
        if (ended)
        {
            self.Wait(CancellationToken.None);
        }

        return ended;
    }

    public static void WaitAll(Task[] tasks, ControlledThread thread, int site) =>
        WaitAll(tasks, Limit.From(Timeout.Infinite), CancellationToken.None, thread, site);

    public static void WaitAll(ReadOnlySpan<Task> tasks, ControlledThread thread, int site) =>
        WaitAll(tasks.ToArray(), Limit.From(Timeout.Infinite), CancellationToken.None, thread, site);

    public static void WaitAll(IEnumerable<Task> tasks, [Default] CancellationToken cancellationToken, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        WaitAll([.. tasks], Limit.From(Timeout.Infinite), cancellationToken, thread, site);
    }

    public static bool WaitAll(
        Task[] tasks, [Default(Timeout.Infinite)] Limit timeout, [Default] CancellationToken cancellationToken, ControlledThread thread,
        int site)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        long ticks = timeout.Ticks;
        if (!Array.Exists(tasks, static task => task is null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            long due = thread.Execution.Clock.Now + ticks;
            foreach (Task task in tasks)
            {
                long left = ticks <= 0 ? ticks : Math.Max(due - thread.Execution.Clock.Now, 0);
                if (!Await(thread, task, site, left, cancellationToken))
                {
                    return false;
                }
            }
        }

        return Task.WaitAll(tasks, Timeout.Infinite, CancellationToken.None);
    }

    public static int WaitAny(
        Task[] tasks, [Default(Timeout.Infinite)] Limit timeout, [Default] CancellationToken cancellationToken, ControlledThread thread,
        int site)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        long ticks = timeout.Ticks;
        if (tasks.Length > 0 && !Array.Exists(tasks, static task => task is null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var any = new AnyTask(thread, tasks, site);
            if (any.CanProceed(thread))
            {
                thread.RecordOnly(OperationKind.Join, any, site);
            }
            else if (!(ticks == 0
                ? thread.TryTake(any, OperationKind.Join, OperationKind.Join, 0, site)
                : thread.AwaitOrThrow(OperationKind.Join, any, site, ticks, cancellationToken)))
            {
                return -1;
            }
        }

        int first = Task.WaitAny(tasks, 0, CancellationToken.None);
        if (first >= 0)
        {
            TaskResource.Learn(thread, tasks[first]);
        }

        return first;
    }

    /// <summary>Waits until the task is complete.</summary>
    /// <returns>False on a timeout.</returns>
    internal static bool Await(
        ControlledThread thread, Task task, int site, long timeout = Time.Infinite, CancellationToken token = default)
    {
        if (task.IsCompleted)
        {
            if (TaskResource.Find(thread, task) is { } complete)
            {
                thread.RecordOnly(OperationKind.Join, complete, site);
                complete.AcquireBy(thread);
            }

            return true;
        }

        if (TaskResource.Required(thread, task, site) is not { } known)
        {
            return true;
        }

        token.ThrowIfCancellationRequested();
        if (timeout == Time.Infinite && !token.CanBeCanceled)
        {
            // A scheduler of the program may let the waiting thread run the task.
            TaskResource.Drain(thread);
            WrappedTryRunInline(task);
            TaskRun.Executed(thread, task);
        }

        bool ended = timeout == 0
            ? thread.TryTake(known, OperationKind.Join, OperationKind.Join, 0, site)
            : thread.AwaitOrThrow(OperationKind.Join, known, site, timeout, token);
        if (ended)
        {
            known.AcquireBy(thread);
        }

        return ended;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern bool WrappedTryRunInline(Task task);

    /// <summary>Several tasks, any of which ends the wait by completing.</summary>
    private sealed class AnyTask : Resource
    {
        private readonly Task[] _tasks;

        public AnyTask(ControlledThread thread, Task[] tasks, int site)
        {
            _tasks = tasks;
            Id = ++thread.Execution.NextResourceId;
            foreach (Task task in tasks)
            {
                if (!task.IsCompleted)
                {
                    TaskResource.Required(thread, task, site);
                }
            }
        }

        public override string Noun => "any of the tasks";

        public override bool CanProceed(ControlledThread thread) => Array.Exists(_tasks, static task => task.IsCompleted);
    }
}
