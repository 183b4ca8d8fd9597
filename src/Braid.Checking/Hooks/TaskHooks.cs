using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Task: see <see cref="TaskResource"/>.</summary>
[Hooks(typeof(Task), Allowed =
[
    "ConfigureAwait", "GetAwaiter", "get_AsyncState", "get_CompletedTask", "FromResult", "FromException", "FromCanceled", "get_Factory",
    "Yield",
])]
internal static partial class TaskHooks
{
    public static Task New(
        Action action, [Default] CancellationToken cancellationToken, [Default] TaskCreationOptions creationOptions,
        ControlledThread thread, int site)
    {
        var run = new TaskRun(site);
        return run.Track(thread, new Task(run.Of(action), cancellationToken, creationOptions), isWatched: true);
    }

    public static Task New(
        Action<object?> action, object? state, [Default] CancellationToken cancellationToken, [Default] TaskCreationOptions creationOptions,
        ControlledThread thread, int site)
    {
        var run = new TaskRun(site);
        return run.Track(thread, new Task(run.Of(action), state, cancellationToken, creationOptions), isWatched: true);
    }

    public static Task Run(Action action, [Default] CancellationToken cancellationToken, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(action);
        return Start(
            thread,
            new TaskRun(site),
            (run, on) => Task.Factory.StartNew(run.Of(action), cancellationToken, TaskCreationOptions.DenyChildAttach, on),
            PoolScheduler.Instance,
            site);
    }

    public static Task<TResult> Run<TResult>(
        Func<TResult> function, [Default] CancellationToken cancellationToken, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Start(
            thread,
            new TaskRun(site),
            (run, on) => Task.Factory.StartNew(run.Of(function), cancellationToken, TaskCreationOptions.DenyChildAttach, on),
            PoolScheduler.Instance,
            site);
    }

    public static Task Run(Func<Task?> function, [Default] CancellationToken cancellationToken, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(function);
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken)
            : Unwrapping.Proxy(thread, Run<Task?>(function, cancellationToken, thread, site), site);
    }

    public static Task<TResult> Run<TResult>(
        Func<Task<TResult>?> function, [Default] CancellationToken cancellationToken, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(function);
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled<TResult>(cancellationToken)
            : Unwrapping.Proxy(thread, Run<Task<TResult>?>(function, cancellationToken, thread, site), site);
    }

    public static void Start(Task self, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        TaskScheduler chosen = PoolScheduler.For(scheduler);
        thread.StartSite = site;
        CallReal(thread, () => self.Start(chosen));
    }

    public static void RunSynchronously(Task self, [Default] TaskScheduler? scheduler, ControlledThread thread, int site)
    {
        TaskScheduler chosen = PoolScheduler.For(scheduler);
        thread.StartSite = site;
        CallReal(thread, () => self.RunSynchronously(chosen));
        TaskRun.Executed(thread, self);
    }

    public static bool get_IsCompleted(Task self, ControlledThread thread, int site) => TaskResource.Check(thread, self, site);

    public static bool get_IsCompletedSuccessfully(Task self, ControlledThread thread, int site) =>
        TaskResource.Check(thread, self, site) && self.IsCompletedSuccessfully;

    public static bool get_IsFaulted(Task self, ControlledThread thread, int site) =>
        TaskResource.Check(thread, self, site) && self.IsFaulted;

    public static bool get_IsCanceled(Task self, ControlledThread thread, int site) =>
        TaskResource.Check(thread, self, site) && self.IsCanceled;

    public static AggregateException? get_Exception(Task self, ControlledThread thread, int site) =>
        TaskResource.Check(thread, self, site) ? self.Exception : null;

    public static TaskStatus get_Status(Task self, ControlledThread thread, int site)
    {
        TaskResource.Check(thread, self, site);
        return self.Status;
    }

    public static TaskCreationOptions get_CreationOptions(Task self, ControlledThread thread, int site) =>
        self.CreationOptions
        | (TaskResource.Find(thread, self) is { RunsAsynchronously: true } ? TaskCreationOptions.RunContinuationsAsynchronously : 0);

    /// <summary>Numbered within the run, in order of first use: the numbers of the process differ from run to run.</summary>
    public static int get_Id(Task self, ControlledThread thread, int site) =>
        RunNumbers.Of(thread).NumberOf(self ?? throw new NullReferenceException());

    public static int? get_CurrentId(ControlledThread thread, int site) =>
        TaskRun.CurrentTask(null) is { } current ? RunNumbers.Of(thread).NumberOf(current) : null;

    public static void Dispose(Task self, ControlledThread thread, int site)
    {
        TaskResource.Check(thread, self, site);
        self.Dispose();
    }

    /// <summary>Makes a task and starts it at once.</summary>
    internal static T Start<T>(
        ControlledThread thread, TaskRun run, Func<TaskRun, TaskScheduler, T> make, TaskScheduler scheduler, int site)
        where T : Task
    {
        thread.StartSite = site;
        T task = null!;
        CallReal(thread, () => task = make(run, scheduler));
        return run.Track(thread, task, isWatched: scheduler is not PoolScheduler);
    }

    /// <summary>Calls .NET's own code, which wraps exceptions of the code that it calls: it must not wrap the end of the run.</summary>
    internal static void CallReal(ControlledThread thread, Action call)
    {
        try
        {
            call();
        }
        catch (Exception e) when (e is not RunEndedException && thread.Execution.Ending)
        {
            throw new RunEndedException();
        }
    }
}
