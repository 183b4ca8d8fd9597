using Braid.Threading;

namespace Braid.Futures;

/// <summary>How a <see cref="ThreadPoolExecutor"/> runs its calls.</summary>
public sealed record ThreadPoolOptions
{
    /// <summary>The maximum number of threads; 1 or more; null, the default, for the number of processors plus 4, at most 32.</summary>
    public int? MaxWorkers { get; init; }

    /// <summary>The threads are named after it, "prefix_0" and so on; null, the default, or empty for "ThreadPoolExecutor-N".</summary>
    public string? ThreadNamePrefix { get; init; }

    /// <summary>
    /// Called once in each thread before its first call; null, the default, for nothing. If it throws, the executor is broken: pending and
    /// later calls fail with <see cref="BrokenThreadPoolException"/>.
    /// </summary>
    /// <exception cref="ArgumentException">It is async void.</exception>
    public Action? Initializer
    {
        get;
        init
        {
            AsyncVoid.Refuse(value, $"Set {nameof(InitializerAsync)}.", nameof(Initializer));
            field = value;
        }
    }

    /// <summary>
    /// Runs in each thread before its first call, until the task that it returns has ended; after <see cref="Initializer"/> if there are
    /// both. Null, the default, for nothing.
    /// </summary>
    public Func<Task>? InitializerAsync { get; init; }

    /// <summary>
    /// Whether a free thread takes the call that was submitted last; if false, the default, it takes the one that was submitted first.
    /// </summary>
    /// <remarks>
    /// For work whose newest request matters most. While calls arrive faster than they are completed, the oldest wait, for as long as that
    /// lasts.
    /// </remarks>
    public bool NewestFirst { get; init; }

    /// <summary>The maximum number of calls that are submitted and have not begun; 1 or more; null, the default, for any number.</summary>
    /// <remarks>
    /// At this number, Submit blocks until one of them begins or is cancelled, and maps do so for each of their calls;
    /// <see cref="Executor.SubmitAsync{T}(Func{T}, CancellationToken)"/> waits without blocking the thread, and
    /// <see cref="Executor.TrySubmit{T}(Func{T}, out Future{T}, TimeSpan, CancellationToken)"/> waits for the given time, or not at all. A
    /// shutdown ends the wait. Calls that the executor's own workers submit are not counted, since the pending calls may wait for them.
    /// </remarks>
    public int? MaxPending { get; init; }

    /// <summary>
    /// Whether the program may end without completing the calls, as with a daemon <see cref="Threading.Thread"/>; false, the default: all
    /// submitted calls are completed first.
    /// </summary>
    /// <remarks>
    /// When Main has returned and no other foreground thread is left, or Environment.Exit is called, calls that have not begun are dropped,
    /// and running ones are stopped wherever they are: none of their finally blocks runs. Shutting the executor down, or disposing it,
    /// still waits.
    /// </remarks>
    public bool Daemon { get; init; }

    internal Action? WholeInitializer => Awaiting.Both(Initializer, InitializerAsync);
}
