using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>TaskCompletionSource: each setter is a scheduling point, and runs the continuations of the task.</summary>
[Hooks(typeof(TaskCompletionSource))]
internal static class TaskCompletionSourceHooks
{
    public static TaskCompletionSource New(
        [Default] object? state, [Default] TaskCreationOptions creationOptions, ControlledThread thread, int site)
    {
        var source = new TaskCompletionSource(state, creationOptions);
        TaskResource.Track(thread, source.Task, site);
        return source;
    }

    public static Task get_Task(TaskCompletionSource self, ControlledThread thread, int site)
    {
        TaskResource.Track(thread, self.Task, site);
        return self.Task;
    }

    public static void SetResult(TaskCompletionSource self, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => { self.SetResult(); return true; });

    public static bool TrySetResult(TaskCompletionSource self, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => self.TrySetResult());

    public static void SetException(TaskCompletionSource self, Exception exception, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => { self.SetException(exception); return true; });

    public static bool TrySetException(TaskCompletionSource self, Exception exception, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => self.TrySetException(exception));

    public static void SetException(TaskCompletionSource self, IEnumerable<Exception> exceptions, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => { self.SetException(exceptions); return true; });

    public static bool TrySetException(TaskCompletionSource self, IEnumerable<Exception> exceptions, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => self.TrySetException(exceptions));

    public static void SetCanceled(
        TaskCompletionSource self, [Default] CancellationToken cancellationToken, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => { self.SetCanceled(cancellationToken); return true; });

    public static bool TrySetCanceled(
        TaskCompletionSource self, [Default] CancellationToken cancellationToken, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => self.TrySetCanceled(cancellationToken));

    public static void SetFromTask(TaskCompletionSource self, Task completedTask, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => { self.SetFromTask(completedTask); return true; });

    public static bool TrySetFromTask(TaskCompletionSource self, Task completedTask, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => self.TrySetFromTask(completedTask));
}
