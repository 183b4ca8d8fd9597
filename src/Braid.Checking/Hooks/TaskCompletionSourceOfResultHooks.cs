using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>TaskCompletionSource with a result: each setter is a scheduling point, and runs the continuations of the task.</summary>
[Hooks(typeof(TaskCompletionSource<>))]
internal static class TaskCompletionSourceOfResultHooks
{
    public static TaskCompletionSource<T> New<T>(
        [Default] object? state, [Default] TaskCreationOptions creationOptions, ControlledThread thread, int site)
    {
        var source = new TaskCompletionSource<T>(state, creationOptions);
        TaskResource.Track(thread, source.Task, site);
        return source;
    }

    public static Task<T> get_Task<T>(TaskCompletionSource<T> self, ControlledThread thread, int site)
    {
        TaskResource.Track(thread, self.Task, site);
        return self.Task;
    }

    public static void SetResult<T>(TaskCompletionSource<T> self, T result, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => { self.SetResult(result); return true; });

    public static bool TrySetResult<T>(TaskCompletionSource<T> self, T result, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => self.TrySetResult(result));

    public static void SetException<T>(TaskCompletionSource<T> self, Exception exception, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => { self.SetException(exception); return true; });

    public static bool TrySetException<T>(TaskCompletionSource<T> self, Exception exception, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => self.TrySetException(exception));

    public static void SetException<T>(
        TaskCompletionSource<T> self, IEnumerable<Exception> exceptions, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => { self.SetException(exceptions); return true; });

    public static bool TrySetException<T>(
        TaskCompletionSource<T> self, IEnumerable<Exception> exceptions, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => self.TrySetException(exceptions));

    public static void SetCanceled<T>(
        TaskCompletionSource<T> self, [Default] CancellationToken cancellationToken, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => { self.SetCanceled(cancellationToken); return true; });

    public static bool TrySetCanceled<T>(
        TaskCompletionSource<T> self, [Default] CancellationToken cancellationToken, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => self.TrySetCanceled(cancellationToken));

    public static void SetFromTask<T>(TaskCompletionSource<T> self, Task<T> completedTask, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => { self.SetFromTask(completedTask); return true; });

    public static bool TrySetFromTask<T>(TaskCompletionSource<T> self, Task<T> completedTask, ControlledThread thread, int site) =>
        TaskResource.Complete(thread, self.Task, site, () => self.TrySetFromTask(completedTask));
}
