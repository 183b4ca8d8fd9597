using Braid.Futures;
using Braid.Threading;

namespace Braid.Multiprocessing;

/// <remarks>
/// Asynchronous functions: the child's main thread waits until the task has ended, so that its exit code, its exception and its limits are
/// those of the whole function.
/// </remarks>
public partial class Process
{
    /// <summary>
    /// Makes a process for an asynchronous function; it runs once <see cref="Start()"/> is called, and ends when the function's task does.
    /// </summary>
    /// <inheritdoc cref="Process(Action?, string?, bool?)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTask)]
    public Process(Func<Task>? target, string? name = null, bool? daemon = null)
        : this(Awaiting.Of(target), name, daemon)
    {
    }

    /// <summary>
    /// Makes a process for an asynchronous function; it runs once <see cref="Start()"/> is called, and ends when the function's task does.
    /// </summary>
    /// <inheritdoc cref="Process(Action?, string?, bool?)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public Process(Func<ValueTask>? target, string? name = null, bool? daemon = null)
        : this(Awaiting.Of(target), name, daemon)
    {
    }

    /// <summary>Starts a process that runs an asynchronous function to its end.</summary>
    /// <inheritdoc cref="Start(Action, string?, bool?)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTask)]
    public static Process Start(Func<Task> target, string? name = null, bool? daemon = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Start(Awaiting.Of(target), name, daemon);
    }

    /// <summary>
    /// Starts a process that runs an asynchronous function with an argument to its end. With a static lambda nothing else can travel.
    /// </summary>
    /// <inheritdoc cref="Start{T}(Action{T}, T, string?, bool?)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTask)]
    public static Process Start<T>(Func<T, Task> target, T arg, string? name = null, bool? daemon = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Start(Awaiting.Of(target), arg, name, daemon);
    }

    /// <summary>Starts a process that runs an asynchronous function to its end.</summary>
    /// <inheritdoc cref="Start(Action, string?, bool?)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public static Process Start(Func<ValueTask> target, string? name = null, bool? daemon = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Start(Awaiting.Of(target), name, daemon);
    }

    /// <summary>
    /// Starts a process that runs an asynchronous function with an argument to its end. With a static lambda nothing else can travel.
    /// </summary>
    /// <inheritdoc cref="Start{T}(Action{T}, T, string?, bool?)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public static Process Start<T>(Func<T, ValueTask> target, T arg, string? name = null, bool? daemon = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Start(Awaiting.Of(target), arg, name, daemon);
    }

    /// <summary>Calls an asynchronous function in a process of its own and blocks until its result arrives.</summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public static TResult Run<TResult>(
        Func<Task<TResult>> function,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default) =>
        Launch(Awaiting.ResultOf(function), function, timeout, memoryLimit, sandbox, token).Result(CancellationToken.None);

    /// <summary>Calls an asynchronous function with an argument in a process of its own and blocks until its result arrives.</summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public static TResult Run<T, TResult>(
        Func<T, Task<TResult>> function,
        T arg,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default) =>
        Launch(DelegateAdapters.Bind(Awaiting.ResultOf(function), arg), function, timeout, memoryLimit, sandbox, token)
            .Result(CancellationToken.None);

    /// <summary>Calls an asynchronous function without a result in a process of its own and blocks until it has ended.</summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTask)]
    public static void Run(
        Func<Task> function, TimeSpan? timeout = null, long? memoryLimit = null, Sandbox? sandbox = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        Launch<ValueTuple>(Awaiting.Of(function).AsUnit, function, timeout, memoryLimit, sandbox, token).Result(CancellationToken.None);
    }

    /// <summary>
    /// Calls an asynchronous function with an argument and without a result in a process of its own and blocks until it has ended.
    /// </summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTask)]
    public static void Run<T>(
        Func<T, Task> function,
        T arg,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        Launch(DelegateAdapters.Bind(Awaiting.Of(function), arg), function, timeout, memoryLimit, sandbox, token)
            .Result(CancellationToken.None);
    }

    /// <summary>Calls an asynchronous function in a process of its own and blocks until its result arrives.</summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public static TResult Run<TResult>(
        Func<ValueTask<TResult>> function,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default) =>
        Launch(Awaiting.ResultOf(function), function, timeout, memoryLimit, sandbox, token).Result(CancellationToken.None);

    /// <summary>Calls an asynchronous function with an argument in a process of its own and blocks until its result arrives.</summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public static TResult Run<T, TResult>(
        Func<T, ValueTask<TResult>> function,
        T arg,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default) =>
        Launch(DelegateAdapters.Bind(Awaiting.ResultOf(function), arg), function, timeout, memoryLimit, sandbox, token)
            .Result(CancellationToken.None);

    /// <summary>Calls an asynchronous function without a result in a process of its own and blocks until it has ended.</summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public static void Run(
        Func<ValueTask> function,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        Launch<ValueTuple>(Awaiting.Of(function).AsUnit, function, timeout, memoryLimit, sandbox, token).Result(CancellationToken.None);
    }

    /// <summary>
    /// Calls an asynchronous function with an argument and without a result in a process of its own and blocks until it has ended.
    /// </summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public static void Run<T>(
        Func<T, ValueTask> function,
        T arg,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        Launch(DelegateAdapters.Bind(Awaiting.Of(function), arg), function, timeout, memoryLimit, sandbox, token)
            .Result(CancellationToken.None);
    }

    /// <summary>
    /// Calls an asynchronous function in a process of its own and waits, without blocking the thread, until its result arrives.
    /// </summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public static Task<TResult> RunAsync<TResult>(
        Func<Task<TResult>> function,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default) =>
        Launch(Awaiting.ResultOf(function), function, timeout, memoryLimit, sandbox, token).AsTask();

    /// <summary>
    /// Calls an asynchronous function with an argument in a process of its own and waits, without blocking the thread, until its result
    /// arrives.
    /// </summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public static Task<TResult> RunAsync<T, TResult>(
        Func<T, Task<TResult>> function,
        T arg,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default) =>
        Launch(DelegateAdapters.Bind(Awaiting.ResultOf(function), arg), function, timeout, memoryLimit, sandbox, token).AsTask();

    /// <summary>
    /// Calls an asynchronous function without a result in a process of its own and waits, without blocking the thread, until it has ended.
    /// </summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTask)]
    public static Task RunAsync(
        Func<Task> function, TimeSpan? timeout = null, long? memoryLimit = null, Sandbox? sandbox = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Launch<ValueTuple>(Awaiting.Of(function).AsUnit, function, timeout, memoryLimit, sandbox, token).AsTask();
    }

    /// <summary>
    /// Calls an asynchronous function with an argument and without a result in a process of its own and waits, without blocking the thread,
    /// until it has ended.
    /// </summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTask)]
    public static Task RunAsync<T>(
        Func<T, Task> function,
        T arg,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Launch(DelegateAdapters.Bind(Awaiting.Of(function), arg), function, timeout, memoryLimit, sandbox, token).AsTask();
    }

    /// <summary>
    /// Calls an asynchronous function in a process of its own and waits, without blocking the thread, until its result arrives.
    /// </summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public static Task<TResult> RunAsync<TResult>(
        Func<ValueTask<TResult>> function,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default) =>
        Launch(Awaiting.ResultOf(function), function, timeout, memoryLimit, sandbox, token).AsTask();

    /// <summary>
    /// Calls an asynchronous function with an argument in a process of its own and waits, without blocking the thread, until its result
    /// arrives.
    /// </summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public static Task<TResult> RunAsync<T, TResult>(
        Func<T, ValueTask<TResult>> function,
        T arg,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default) =>
        Launch(DelegateAdapters.Bind(Awaiting.ResultOf(function), arg), function, timeout, memoryLimit, sandbox, token).AsTask();

    /// <summary>
    /// Calls an asynchronous function without a result in a process of its own and waits, without blocking the thread, until it has ended.
    /// </summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public static Task RunAsync(
        Func<ValueTask> function,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Launch<ValueTuple>(Awaiting.Of(function).AsUnit, function, timeout, memoryLimit, sandbox, token).AsTask();
    }

    /// <summary>
    /// Calls an asynchronous function with an argument and without a result in a process of its own and waits, without blocking the thread,
    /// until it has ended.
    /// </summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public static Task RunAsync<T>(
        Func<T, ValueTask> function,
        T arg,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Launch(DelegateAdapters.Bind(Awaiting.Of(function), arg), function, timeout, memoryLimit, sandbox, token).AsTask();
    }
}
