using System.Runtime.InteropServices;
using Braid.Futures;

namespace Braid.Multiprocessing;

/// <summary>
/// A <see cref="Pool"/> whose workers are threads of this process: it has the same members, nothing travels, and a running call cannot be
/// stopped.
/// </summary>
/// <remarks>
/// Cancelling or terminating affects only the calls that have not begun. Python counterpart: <c>multiprocessing.pool.ThreadPool</c>.
/// </remarks>
public sealed class ThreadPool : Pool
{
    /// <summary>Creates a pool. Threads start with the first calls.</summary>
    /// <param name="processes">The maximum number of threads; null, the default, for as many as there are processors.</param>
    /// <param name="initializer">
    /// What each thread calls before its first call; null for nothing. If it throws, all calls fail with
    /// <see cref="BrokenThreadPoolException"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="processes"/> is less than 1.</exception>
    public ThreadPool(int? processes = null, Action? initializer = null)
        : base(new ThreadPoolExecutor(Checked(processes), initializer: initializer))
    {
    }

    /// <summary>Creates a pool whose threads run an asynchronous function to its end before their first call.</summary>
    /// <inheritdoc cref="ThreadPool(int?, Action?)"/>
    [OverloadResolutionPriority(Threading.Awaiting.ReturnsTask)]
    public ThreadPool([Optional] int? processes, Func<Task>? initializer)
        : this(processes, Threading.Awaiting.Of(initializer))
    {
    }

    /// <inheritdoc cref="ThreadPool(int?, Func{Task}?)"/>
    [OverloadResolutionPriority(Threading.Awaiting.ReturnsValueTask)]
    public ThreadPool([Optional] int? processes, Func<ValueTask>? initializer)
        : this(processes, Threading.Awaiting.Of(initializer))
    {
    }

    private static int Checked(int? processes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(processes ?? 1, 1, nameof(processes));
        return processes ?? Environment.ProcessorCount;
    }
}
