using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// TaskScheduler. The program's own are code like any other; the default one is <see cref="PoolScheduler"/>, which the program never sees.
/// </summary>
[Hooks(typeof(TaskScheduler), Allowed =
[
    ".ctor", "get_Default", "get_Id", "get_MaximumConcurrencyLevel", "FromCurrentSynchronizationContext", "QueueTask",
    "TryExecuteTaskInline", "TryDequeue", "GetScheduledTasks", "remove_UnobservedTaskException",
])]
internal static class TaskSchedulerHooks
{
    /// <summary>.NET's finalizer thread raises this event long after the run, so the handler is never called.</summary>
    public static void add_UnobservedTaskException(EventHandler<UnobservedTaskExceptionEventArgs>? value, int site)
    {
    }

    public static TaskScheduler get_Current(ControlledThread thread, int site) => PoolScheduler.CurrentCustom ?? TaskScheduler.Default;

    /// <summary>Called by a scheduler to run a task that was queued to it.</summary>
    public static bool TryExecuteTask(TaskScheduler self, Task task, ControlledThread thread, int site)
    {
        bool executed = Execute(self, task);
        TaskRun.Executed(thread, task);
        return executed;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "TryExecuteTask")]
    private static extern bool Execute(TaskScheduler self, Task task);
}
