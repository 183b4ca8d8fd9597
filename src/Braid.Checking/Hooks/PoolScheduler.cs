using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Replaces the default scheduler: each queued task runs on a controlled thread of its own.</summary>
internal sealed class PoolScheduler : TaskScheduler
{
    public static readonly PoolScheduler Instance = new();

    /// <summary>The current scheduler; null for the default one, and outside of tasks.</summary>
    public static TaskScheduler? CurrentCustom =>
        Current is var current && (current == Default || current == Instance || current == InlineScheduler.Instance) ? null : current;

    /// <summary>The scheduler that a call uses.</summary>
    /// <param name="given">The program's argument; null for the current scheduler.</param>
    public static TaskScheduler For(TaskScheduler? given) =>
        given is null ? CurrentCustom ?? Instance : given == Default ? Instance : given;

    protected override void QueueTask(Task task)
    {
        if (ControlledThread.Current is not { } thread)
        {
            throw new InvalidOperationException("A task made under the checker's control was started outside of it.");
        }

        bool isOwnThread = (task.CreationOptions & TaskCreationOptions.LongRunning) != 0;
        ThreadPoolHooks.Queue(thread, null, () => Execute(task), thread.StartSite, isPoolThread: !isOwnThread);
    }

    /// <summary>A queued task stays queued: a thread that waits for it waits.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    private void Execute(Task task)
    {
        TryExecuteTask(task);
        TaskRun.Executed(ControlledThread.Current!, task);
    }
}
