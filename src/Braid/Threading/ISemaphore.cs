namespace Braid.Threading;

/// <summary>
/// A number of permits: the contract of a <see cref="Semaphore"/> of threads and a <see cref="Multiprocessing.Semaphore"/> of processes.
/// </summary>
/// <remarks>
/// Interrupting the thread also ends a blocked wait, which has then taken nothing, with <see cref="ThreadInterruptedException"/>. Releasing
/// makes everything written before it visible to the thread that takes the permit. Python counterpart: <c>threading.Semaphore</c>,
/// <c>asyncio.Semaphore</c>, <c>multiprocessing.Semaphore</c>, and their bounded variants.
/// </remarks>
public interface ISemaphore
{
    /// <summary>The number of free permits at this moment. A snapshot, for display and tests.</summary>
    int Value { get; }

    /// <summary>Whether there is no permit at this moment.</summary>
    bool Locked { get; }

    /// <summary>Takes a permit, blocking until there is one.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait; no permit was taken.</exception>
    void Acquire(CancellationToken token = default);

    /// <summary>Takes a permit, blocking until there is one or the time is up.</summary>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Whether a permit was taken; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait; no permit was taken.</exception>
    bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default);

    /// <summary>Takes a permit, waiting without blocking the thread until there is one.</summary>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/exception"/>
    ValueTask AcquireAsync(CancellationToken token = default);

    /// <summary>Takes a permit, waiting without blocking the thread until there is one or the time is up.</summary>
    /// <inheritdoc cref="TryAcquire(TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryAcquire(TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryAcquire(TimeSpan, CancellationToken)" path="/exception"/>
    ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default);

    /// <summary>Gives permits back and lets as many waiters have them. Does not wait.</summary>
    /// <param name="n">How many; 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is less than 1.</exception>
    /// <exception cref="SemaphoreFullException">There would be more permits than the semaphore may have. None is given back.</exception>
    void Release(int n = 1);

    /// <summary>Takes a permit for the duration of a <c>using</c> block.</summary>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/exception"/>
    Scope EnterScope(CancellationToken token = default);

    /// <summary>Takes a permit, without blocking the thread, for the duration of a <c>using</c> block.</summary>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/exception"/>
    ValueTask<AsyncScope> EnterScopeAsync(CancellationToken token = default);
}
