using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <content>Continuations: .NET's own, whose delegates run on controlled threads.</content>
internal static partial class TaskHooks
{
    public static Task ContinueWith(
        Task self, Action<Task> continuationAction, [Default] CancellationToken cancellationToken,
        [Default] TaskContinuationOptions continuationOptions, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        var run = new TaskRun(site);
        return Continued(
            thread,
            self,
            run,
            chosen => self.ContinueWith(
                run.After(continuationAction), cancellationToken, OptionsAfter(thread, self, continuationOptions), chosen),
            scheduler,
            site);
    }

    public static Task ContinueWith(
        Task self, Action<Task, object?> continuationAction, object? state, [Default] CancellationToken cancellationToken,
        [Default] TaskContinuationOptions continuationOptions, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        var run = new TaskRun(site);
        return Continued(
            thread,
            self,
            run,
            chosen => self.ContinueWith(
                run.After(continuationAction), state, cancellationToken, OptionsAfter(thread, self, continuationOptions), chosen),
            scheduler,
            site);
    }

    public static Task<TResult> ContinueWith<TResult>(
        Task self, Func<Task, TResult> continuationFunction, [Default] CancellationToken cancellationToken,
        [Default] TaskContinuationOptions continuationOptions, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        var run = new TaskRun(site);
        return Continued(
            thread,
            self,
            run,
            chosen => self.ContinueWith(
                run.After(continuationFunction), cancellationToken, OptionsAfter(thread, self, continuationOptions), chosen),
            scheduler,
            site);
    }

    public static Task<TResult> ContinueWith<TResult>(
        Task self, Func<Task, object?, TResult> continuationFunction, object? state, [Default] CancellationToken cancellationToken,
        [Default] TaskContinuationOptions continuationOptions, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        var run = new TaskRun(site);
        return Continued(
            thread,
            self,
            run,
            chosen => self.ContinueWith(
                run.After(continuationFunction), state, cancellationToken, OptionsAfter(thread, self, continuationOptions), chosen),
            scheduler,
            site);
    }

    /// <summary>Makes a continuation.</summary>
    internal static T Continued<T>(
        ControlledThread thread, Task before, TaskRun run, Func<TaskScheduler, T> make, TaskScheduler? scheduler, int site)
        where T : Task
    {
        if (!before.IsCompleted && TaskResource.Required(thread, before, site) is { } known)
        {
            thread.RecordOnly(OperationKind.Await, known, site);
        }
        else
        {
            TaskResource.Learn(thread, before);
        }

        TaskScheduler chosen = PoolScheduler.For(scheduler);
        thread.StartSite = site;
        T made = null!;
        CallReal(thread, () => made = make(chosen));
        run.Track(thread, made, isWatched: true);
        TaskResource.Drain(thread);
        return made;
    }

    /// <summary>Nothing runs synchronously after a task that is to run its continuations asynchronously.</summary>
    internal static TaskContinuationOptions OptionsAfter(ControlledThread thread, Task before, TaskContinuationOptions options) =>
        !before.IsCompleted && TaskResource.Find(thread, before) is { RunsAsynchronously: true }
            ? options & ~TaskContinuationOptions.ExecuteSynchronously
            : options;
}
