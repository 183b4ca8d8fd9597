using Braid.Threading;

namespace Braid.Futures;

/// <summary>How a <see cref="ThreadPoolExecutor"/> runs its calls.</summary>
public sealed record ThreadPoolOptions
{
    /// <summary>How many threads there may be; 1 or more; null, the default, for the number of processors and 4, 32 at most.</summary>
    public int? MaxWorkers { get; init; }

    /// <summary>The threads are named after it, "prefix_0" and so on; null, the default, or empty for "ThreadPoolExecutor-N".</summary>
    public string? ThreadNamePrefix { get; init; }

    /// <summary>Called once in each thread before its first call; null, the default, for nothing. If it throws, the executor is broken: pending and later calls fail with <see cref="BrokenThreadPoolException"/>.</summary>
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

    /// <summary>What each thread runs before its first call, up to the end of the task that it returns; after <see cref="Initializer"/> if there are both. Null, the default, for nothing.</summary>
    public Func<Task>? InitializerAsync { get; init; }

    /// <summary>Whether a free thread takes the call that was submitted last; false, the default, for the one that was submitted first.</summary>
    /// <remarks>For work whose newest request matters most. While calls come faster than they are done, the oldest wait, for as long as that lasts.</remarks>
    public bool NewestFirst { get; init; }

    /// <summary>How many calls at most may be submitted and not begun; 1 or more; null, the default: any number.</summary>
    /// <remarks>
    /// When there are so many, Submit blocks until one of them begins or is cancelled, and maps do so for each of their calls;
    /// <see cref="Executor.SubmitAsync{T}(Func{T}, CancellationToken)"/> waits without blocking the thread, and
    /// <see cref="Executor.TrySubmit{T}(Func{T}, out Future{T}, TimeSpan, CancellationToken)"/> for so long as it is told, or not at all. A shutdown ends the wait. What the
    /// executor's own workers submit is not counted, since the calls that are pending may wait for them.
    /// </remarks>
    public int? MaxPending { get; init; }

    /// <summary>Whether the program may end without completing the calls, as with a daemon <see cref="Threading.Thread"/>; false, the default: all submitted calls are completed first.</summary>
    /// <remarks>
    /// When Main has returned and no other foreground thread is left, or Environment.Exit is called, calls that have not begun are
    /// dropped, and those that run are stopped wherever they are: no finally block of theirs runs. Shutting the executor down, or disposing of it, still waits.
    /// </remarks>
    public bool Daemon { get; init; }

    internal Action? WholeInitializer => Awaiting.Both(Initializer, InitializerAsync);
}
