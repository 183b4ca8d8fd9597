using System.Diagnostics.CodeAnalysis;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// Replaces the task that a call outside of control returns (<see cref="CheckOptions.Uncontrolled"/>); called by rewritten code.
/// </summary>
/// <remarks>
/// No schedule determines whether such a task is complete when it is returned or a moment later, so that must make no difference. The
/// program gets a task of its own in place of the returned one: an await of it always suspends, and every other check of it waits in real
/// time until it is complete.
/// </remarks>
internal static class OutsideResult
{
    public static Task OfTask(Task task, int site) =>
        IsTaken(task, out ControlledThread? thread) ? TaskResource.OfOutside(thread, task, StandIn(task).Unwrap(), site) : task;

    public static Task<T> OfTaskWithResult<T>(Task<T> task, int site) =>
        IsTaken(task, out ControlledThread? thread) ? TaskResource.OfOutside(thread, task, StandIn(task).Unwrap(), site) : task;

    public static ValueTask OfValueTask(ValueTask task, int site) =>
        ControlledThread.Current is null ? task : new(OfTask(task.AsTask(), site));

    public static ValueTask<T> OfValueTaskWithResult<T>(ValueTask<T> task, int site) =>
        ControlledThread.Current is null ? task : new(OfTaskWithResult(task.AsTask(), site));

    private static bool IsTaken(Task? task, [NotNullWhen(true)] out ControlledThread? thread) =>
        (thread = ControlledThread.Current) is not null && task is not null && !thread.Execution.Ending;

    private static Task<T> StandIn<T>(T task)
        where T : Task =>
        task.ContinueWith(
            static (ended, _) => (T)ended,
            null,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            InlineScheduler.Instance);
}
