namespace Braid.Threading;

/// <summary>The contract of a lock: <see cref="Lock"/>, <see cref="RLock"/> and <see cref="Condition"/>.</summary>
/// <remarks>
/// A lock that belongs to a thread refuses the awaiting shapes with <see cref="NotSupportedException"/>. Interrupting the thread also ends
/// a blocked wait, which has then taken nothing, with <see cref="ThreadInterruptedException"/>. With deadlock detection on, a wait that
/// nothing can end throws <see cref="DeadlockException"/>. Acquire it with <c>using (mutex.EnterScope())</c> or <see cref="Acquire"/>,
/// never with C#'s <c>lock</c> statement, which takes the monitor of the object instead. Releasing makes everything written before it
/// visible to the next holder. Python counterpart: any lock-like object.
/// </remarks>
public interface ILock
{
    /// <summary>Whether it is held at this moment. A snapshot, for display and tests.</summary>
    bool Locked { get; }

    /// <summary>Blocks until the lock is held by the caller.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait; the lock is not held.</exception>
    void Acquire(CancellationToken token = default);

    /// <summary>Blocks until the lock is held by the caller or the time is up.</summary>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Whether the lock is held now; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait; the lock is not held.</exception>
    bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default);

    /// <summary>
    /// Waits, without blocking the thread, until the lock is held by the caller. Awaiting callers are served in order of arrival.
    /// </summary>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/exception"/>
    ValueTask AcquireAsync(CancellationToken token = default);

    /// <summary>Waits, without blocking the thread, until the lock is held by the caller or the time is up.</summary>
    /// <inheritdoc cref="TryAcquire(TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryAcquire(TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryAcquire(TimeSpan, CancellationToken)" path="/exception"/>
    ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default);

    /// <summary>Releases the lock and lets one waiter have it. Never blocks.</summary>
    /// <exception cref="SynchronizationLockException">
    /// The lock is not held (or, for a re-entrant one, not by the calling thread). Nothing changes.
    /// </exception>
    void Release();

    /// <summary>Acquires for the duration of a <c>using</c> block: <c>using (gate.EnterScope())</c>.</summary>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/param"/>
    /// <returns>A scope that releases once, at the end of the block.</returns>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/exception"/>
    Scope EnterScope(CancellationToken token = default);

    /// <summary>
    /// Acquires, without blocking the thread, for the duration of a <c>using</c> block: <c>using (await gate.EnterScopeAsync())</c>.
    /// </summary>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/param"/>
    /// <returns>A scope that releases once, at the end of the block.</returns>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/exception"/>
    ValueTask<AsyncScope> EnterScopeAsync(CancellationToken token = default);
}
