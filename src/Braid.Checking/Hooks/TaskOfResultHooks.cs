using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Task with a result: see <see cref="TaskHooks"/>.</summary>
[Hooks(typeof(Task<>), Allowed = ["ConfigureAwait", "GetAwaiter", "get_Factory"])]
internal static class TaskOfResultHooks
{
    public static Task<T> New<T>(
        Func<T> function, [Default] CancellationToken cancellationToken, [Default] TaskCreationOptions creationOptions,
        ControlledThread thread, int site)
    {
        var run = new TaskRun(site);
        return run.Track(thread, new Task<T>(run.Of(function), cancellationToken, creationOptions), isWatched: true);
    }

    public static Task<T> New<T>(
        Func<object?, T> function, object? state, [Default] CancellationToken cancellationToken,
        [Default] TaskCreationOptions creationOptions, ControlledThread thread, int site)
    {
        var run = new TaskRun(site);
        return run.Track(thread, new Task<T>(run.Of(function), state, cancellationToken, creationOptions), isWatched: true);
    }

    public static T get_Result<T>(Task<T> self, ControlledThread thread, int site)
    {
        TaskHooks.Await(thread, self, site);
        return self.Result;
    }

    public static Task<T> WaitAsync<T>(Task<T> self, CancellationToken cancellationToken, ControlledThread thread, int site) =>
        TaskHooks.Limited(thread, self, self.WaitAsync(cancellationToken), site);

    public static Task<T> WaitAsync<T>(
        Task<T> self, TimeSpan timeout, [Default] CancellationToken cancellationToken, ControlledThread thread, int site) =>
        WaitAsync(self, timeout, TimeProvider.System, cancellationToken, thread, site);

    public static Task<T> WaitAsync<T>(
        Task<T> self, TimeSpan timeout, TimeProvider timeProvider, [Default] CancellationToken cancellationToken, ControlledThread thread,
        int site)
    {
        TaskResource.Check(thread, self, site);
        thread.StartSite = site;
        return TaskHooks.Limited(thread, self, self.WaitAsync(timeout, VirtualTimeProvider.For(timeProvider), cancellationToken), site);
    }

    public static Task ContinueWith<T>(
        Task<T> self, Action<Task<T>> continuationAction, [Default] CancellationToken cancellationToken,
        [Default] TaskContinuationOptions continuationOptions, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        var run = new TaskRun(site);
        return TaskHooks.Continued(
            thread,
            self,
            run,
            chosen => self.ContinueWith(
                run.After(continuationAction), cancellationToken, TaskHooks.OptionsAfter(thread, self, continuationOptions), chosen),
            scheduler,
            site);
    }

    public static Task ContinueWith<T>(
        Task<T> self, Action<Task<T>, object?> continuationAction, object? state, [Default] CancellationToken cancellationToken,
        [Default] TaskContinuationOptions continuationOptions, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        var run = new TaskRun(site);
        return TaskHooks.Continued(
            thread,
            self,
            run,
            chosen => self.ContinueWith(
                run.After(continuationAction), state, cancellationToken, TaskHooks.OptionsAfter(thread, self, continuationOptions), chosen),
            scheduler,
            site);
    }

    public static Task<TResult> ContinueWith<T, TResult>(
        Task<T> self, Func<Task<T>, TResult> continuationFunction, [Default] CancellationToken cancellationToken,
        [Default] TaskContinuationOptions continuationOptions, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        var run = new TaskRun(site);
        return TaskHooks.Continued(
            thread,
            self,
            run,
            chosen => self.ContinueWith(
                run.After(continuationFunction), cancellationToken, TaskHooks.OptionsAfter(thread, self, continuationOptions), chosen),
            scheduler,
            site);
    }

    public static Task<TResult> ContinueWith<T, TResult>(
        Task<T> self, Func<Task<T>, object?, TResult> continuationFunction, object? state, [Default] CancellationToken cancellationToken,
        [Default] TaskContinuationOptions continuationOptions, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        var run = new TaskRun(site);
        return TaskHooks.Continued(
            thread,
            self,
            run,
            chosen => self.ContinueWith(
                run.After(continuationFunction),
                state,
                cancellationToken,
                TaskHooks.OptionsAfter(thread, self, continuationOptions),
                chosen),
            scheduler,
            site);
    }
}
