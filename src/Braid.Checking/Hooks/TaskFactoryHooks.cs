using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>TaskFactory: the tasks that it starts. Its other members are refused.</summary>
[Hooks(
    typeof(TaskFactory),
    Allowed = [".ctor", "get_CancellationToken", "get_ContinuationOptions", "get_CreationOptions", "get_Scheduler"])]
[Hooks(
    typeof(TaskFactory<>),
    Allowed = [".ctor", "get_CancellationToken", "get_ContinuationOptions", "get_CreationOptions", "get_Scheduler"])]
internal static class TaskFactoryHooks
{
    /// <summary>The overload leaves the options to the factory.</summary>
    private const int NotGiven = -1;

    public static Task StartNew(
        TaskFactory self, Action action, [Default] CancellationToken cancellationToken,
        [Default(NotGiven)] TaskCreationOptions creationOptions, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        CancellationToken token = Token(self.CancellationToken, cancellationToken);
        TaskCreationOptions options = Options(self.CreationOptions, creationOptions);
        TaskScheduler chosen = PoolScheduler.For(scheduler ?? self.Scheduler);
        return TaskHooks.Start(thread, new TaskRun(site), (run, on) => self.StartNew(run.Of(action), token, options, on), chosen, site);
    }

    public static Task StartNew(
        TaskFactory self, Action<object?> action, object? state, [Default] CancellationToken cancellationToken,
        [Default(NotGiven)] TaskCreationOptions creationOptions, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        CancellationToken token = Token(self.CancellationToken, cancellationToken);
        TaskCreationOptions options = Options(self.CreationOptions, creationOptions);
        TaskScheduler chosen = PoolScheduler.For(scheduler ?? self.Scheduler);
        return TaskHooks.Start(
            thread, new TaskRun(site), (run, on) => self.StartNew(run.Of(action), state, token, options, on), chosen, site);
    }

    public static Task<TResult> StartNew<TResult>(
        TaskFactory self, Func<TResult> function, [Default] CancellationToken cancellationToken,
        [Default(NotGiven)] TaskCreationOptions creationOptions, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        CancellationToken token = Token(self.CancellationToken, cancellationToken);
        TaskCreationOptions options = Options(self.CreationOptions, creationOptions);
        TaskScheduler chosen = PoolScheduler.For(scheduler ?? self.Scheduler);
        return TaskHooks.Start(thread, new TaskRun(site), (run, on) => self.StartNew(run.Of(function), token, options, on), chosen, site);
    }

    public static Task<TResult> StartNew<TResult>(
        TaskFactory self, Func<object?, TResult> function, object? state, [Default] CancellationToken cancellationToken,
        [Default(NotGiven)] TaskCreationOptions creationOptions, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        CancellationToken token = Token(self.CancellationToken, cancellationToken);
        TaskCreationOptions options = Options(self.CreationOptions, creationOptions);
        TaskScheduler chosen = PoolScheduler.For(scheduler ?? self.Scheduler);
        return TaskHooks.Start(
            thread, new TaskRun(site), (run, on) => self.StartNew(run.Of(function), state, token, options, on), chosen, site);
    }

    public static Task<T> StartNew<T>(
        TaskFactory<T> self, Func<T> function, [Default] CancellationToken cancellationToken,
        [Default(NotGiven)] TaskCreationOptions creationOptions, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        CancellationToken token = Token(self.CancellationToken, cancellationToken);
        TaskCreationOptions options = Options(self.CreationOptions, creationOptions);
        TaskScheduler chosen = PoolScheduler.For(scheduler ?? self.Scheduler);
        return TaskHooks.Start(thread, new TaskRun(site), (run, on) => self.StartNew(run.Of(function), token, options, on), chosen, site);
    }

    public static Task<T> StartNew<T>(
        TaskFactory<T> self, Func<object?, T> function, object? state, [Default] CancellationToken cancellationToken,
        [Default(NotGiven)] TaskCreationOptions creationOptions, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        CancellationToken token = Token(self.CancellationToken, cancellationToken);
        TaskCreationOptions options = Options(self.CreationOptions, creationOptions);
        TaskScheduler chosen = PoolScheduler.For(scheduler ?? self.Scheduler);
        return TaskHooks.Start(
            thread, new TaskRun(site), (run, on) => self.StartNew(run.Of(function), state, token, options, on), chosen, site);
    }

    private static CancellationToken Token(CancellationToken own, CancellationToken given) => given == default ? own : given;

    private static TaskCreationOptions Options(TaskCreationOptions own, TaskCreationOptions given) => (int)given == NotGiven ? own : given;
}
