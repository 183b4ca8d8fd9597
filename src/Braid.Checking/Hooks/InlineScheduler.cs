namespace Braid.Checking.Hooks;

/// <summary>Runs each task at once, on the thread that queues it.</summary>
internal sealed class InlineScheduler : TaskScheduler
{
    public static readonly InlineScheduler Instance = new();

    /// <summary>Calls back within the completion of a task, on the thread that completes it.</summary>
    public static void After(Task task, Action<Task, object?> call, object state) =>
        task.ContinueWith(call, state, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, Instance);

    protected override void QueueTask(Task task) => TryExecuteTask(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
