using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <content>Tasks that .NET's own code completes when other tasks are complete, or at a given time.</content>
internal static partial class TaskHooks
{
    public static Task WhenAll(IEnumerable<Task> tasks, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return WhenAll([.. tasks], thread, site);
    }

    public static Task WhenAll(ReadOnlySpan<Task> tasks, ControlledThread thread, int site) => WhenAll(tasks.ToArray(), thread, site);

    public static Task WhenAll(Task[] tasks, ControlledThread thread, int site)
    {
        Task[] sources = Sources(thread, tasks, site);
        return TaskResource.Watched(thread, Task.WhenAll(sources), site, sources);
    }

    public static Task<TResult[]> WhenAll<TResult>(IEnumerable<Task<TResult>> tasks, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return WhenAll([.. tasks], thread, site);
    }

    public static Task<TResult[]> WhenAll<TResult>(ReadOnlySpan<Task<TResult>> tasks, ControlledThread thread, int site) =>
        WhenAll(tasks.ToArray(), thread, site);

    public static Task<TResult[]> WhenAll<TResult>(Task<TResult>[] tasks, ControlledThread thread, int site)
    {
        Task<TResult>[] sources = Sources(thread, tasks, site);
        return TaskResource.Watched(thread, Task.WhenAll(sources), site, sources);
    }

    public static Task<Task> WhenAny(IEnumerable<Task> tasks, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return WhenAny([.. tasks], thread, site);
    }

    public static Task<Task> WhenAny(ReadOnlySpan<Task> tasks, ControlledThread thread, int site) => WhenAny(tasks.ToArray(), thread, site);

    public static Task<Task> WhenAny(Task task1, Task task2, ControlledThread thread, int site) => WhenAny([task1, task2], thread, site);

    public static Task<Task> WhenAny(Task[] tasks, ControlledThread thread, int site)
    {
        Task<Task> any = Task.WhenAny(Sources(thread, tasks, site, looks: true));
        return First(thread, any, static any => any.Result, site);
    }

    public static Task<Task<TResult>> WhenAny<TResult>(IEnumerable<Task<TResult>> tasks, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return WhenAny([.. tasks], thread, site);
    }

    public static Task<Task<TResult>> WhenAny<TResult>(ReadOnlySpan<Task<TResult>> tasks, ControlledThread thread, int site) =>
        WhenAny(tasks.ToArray(), thread, site);

    public static Task<Task<TResult>> WhenAny<TResult>(Task<TResult> task1, Task<TResult> task2, ControlledThread thread, int site) =>
        WhenAny([task1, task2], thread, site);

    public static Task<Task<TResult>> WhenAny<TResult>(Task<TResult>[] tasks, ControlledThread thread, int site)
    {
        Task<Task<TResult>> any = Task.WhenAny(Sources(thread, tasks, site, looks: true));
        return First(thread, any, static any => any.Result, site);
    }

    public static IAsyncEnumerable<Task> WhenEach(IEnumerable<Task> tasks, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return WhenEach([.. tasks], thread, site);
    }

    public static IAsyncEnumerable<Task> WhenEach(ReadOnlySpan<Task> tasks, ControlledThread thread, int site) =>
        WhenEach(tasks.ToArray(), thread, site);

    public static IAsyncEnumerable<Task> WhenEach(Task[] tasks, ControlledThread thread, int site)
    {
        _ = Task.WhenEach(tasks);   // throws what .NET throws
        return new WhenEachTasks<Task>(Sources(thread, tasks, site), site);
    }

    public static IAsyncEnumerable<Task<TResult>> WhenEach<TResult>(IEnumerable<Task<TResult>> tasks, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return WhenEach([.. tasks], thread, site);
    }

    public static IAsyncEnumerable<Task<TResult>> WhenEach<TResult>(ReadOnlySpan<Task<TResult>> tasks, ControlledThread thread, int site) =>
        WhenEach(tasks.ToArray(), thread, site);

    public static IAsyncEnumerable<Task<TResult>> WhenEach<TResult>(Task<TResult>[] tasks, ControlledThread thread, int site)
    {
        _ = Task.WhenEach(tasks);
        return new WhenEachTasks<Task<TResult>>(Sources(thread, tasks, site), site);
    }

    public static Task Delay(int millisecondsDelay, [Default] CancellationToken cancellationToken, ControlledThread thread, int site)
    {
        return millisecondsDelay < -1
            ? Task.Delay(millisecondsDelay, cancellationToken)
            : Delay(TimeSpan.FromMilliseconds(millisecondsDelay), cancellationToken, thread, site);
    }

    public static Task Delay(TimeSpan delay, [Default] CancellationToken cancellationToken, ControlledThread thread, int site) =>
        Delay(delay, TimeProvider.System, cancellationToken, thread, site);

    public static Task Delay(
        TimeSpan delay, TimeProvider timeProvider, [Default] CancellationToken cancellationToken, ControlledThread thread, int site)
    {
        thread.StartSite = site;
        return TaskResource.Watched(thread, Task.Delay(delay, VirtualTimeProvider.For(timeProvider), cancellationToken), site);
    }

    public static Task WaitAsync(Task self, CancellationToken cancellationToken, ControlledThread thread, int site) =>
        Limited(thread, self, self.WaitAsync(cancellationToken), site);

    public static Task WaitAsync(
        Task self, TimeSpan timeout, [Default] CancellationToken cancellationToken, ControlledThread thread, int site) =>
        WaitAsync(self, timeout, TimeProvider.System, cancellationToken, thread, site);

    public static Task WaitAsync(
        Task self, TimeSpan timeout, TimeProvider timeProvider, [Default] CancellationToken cancellationToken, ControlledThread thread,
        int site)
    {
        TaskResource.Check(thread, self, site);
        thread.StartSite = site;
        return Limited(thread, self, self.WaitAsync(timeout, VirtualTimeProvider.For(timeProvider), cancellationToken), site);
    }

    /// <summary>A task of .NET's that completes with another task, or before it.</summary>
    internal static T Limited<T>(ControlledThread thread, Task self, T made, int site)
        where T : Task => ReferenceEquals(self, made) ? made : TaskResource.Following(thread, self, made, site);

    private static T First<T>(ControlledThread thread, T any, Func<T, Task> winner, int site)
        where T : Task
    {
        if (any.IsCompletedSuccessfully)
        {
            TaskResource.Learn(thread, winner(any));
        }

        return TaskResource.Watched(thread, any, site);
    }

    /// <summary>A copy of the tasks, all of which code under control can complete.</summary>
    private static T[] Sources<T>(ControlledThread thread, T[] tasks, int site, bool looks = false)
        where T : Task
    {
        ArgumentNullException.ThrowIfNull(tasks);
        T[] sources = [.. tasks];
        foreach (T task in sources)
        {
            if (task is { IsCompleted: false } && TaskResource.Required(thread, task, site) is { } known && looks)
            {
                thread.Step(OperationKind.Read, known, site);
            }
        }

        return sources;
    }
}
