using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>What hooks put in the place of the default scheduler: each task that is queued runs on a controlled thread of its own.</summary>
internal sealed class PoolScheduler : TaskScheduler
{
    public static readonly PoolScheduler Instance = new();

    /// <summary>What runs while the current task's delegate does; null for the default scheduler, and outside of tasks.</summary>
    public static TaskScheduler? CurrentCustom => Current is var current && (current == Default || current == Instance || current == InlineScheduler.Instance) ? null : current;

    /// <summary>The scheduler that a call means.</summary>
    /// <param name="given">What the program says; null if it leaves that to the current one.</param>
    public static TaskScheduler For(TaskScheduler? given) => given is null ? CurrentCustom ?? Instance : given == Default ? Instance : given;

    protected override void QueueTask(Task task)
    {
        if (ControlledThread.Current is not { } thread)
        {
            throw new InvalidOperationException("A task made under the checker's control was started outside of it.");
        }

        bool isOwnThread = (task.CreationOptions & TaskCreationOptions.LongRunning) != 0;
        ThreadPoolHooks.Queue(thread, null, () => Execute(task), thread.StartSite, isPoolThread: !isOwnThread);
    }

    /// <summary>A task that is queued stays where it is: whoever waits for it waits.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    private void Execute(Task task)
    {
        TryExecuteTask(task);
        TaskRun.Executed(ControlledThread.Current!, task);
    }
}
