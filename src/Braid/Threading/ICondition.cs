namespace Braid.Threading;

/// <summary>
/// A lock whose holder can wait for a notification and releases the lock meanwhile: the contract of a <see cref="Condition"/> of threads
/// and a <see cref="Multiprocessing.Condition"/> of processes.
/// </summary>
/// <remarks>
/// Waiting releases the lock completely and reacquires it, to the same depth, before the call returns or throws. There are no spurious
/// wakes, but between the notification and the return others may have held the lock: wait for a predicate (<see cref="WaitFor"/>).
/// Notifications go to the waiters in order of arrival; a waiter that timed out or was cancelled takes none. Python counterpart:
/// <c>threading.Condition</c>, <c>asyncio.Condition</c>, <c>multiprocessing.Condition</c>.
/// </remarks>
public interface ICondition : ILock
{
    /// <summary>Releases the lock, blocks until notified, and reacquires the lock.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="SynchronizationLockException">The caller does not hold the lock.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the lock is held again.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the lock is held again.</exception>
    void Wait(CancellationToken token = default);

    /// <summary>Releases the lock, blocks until notified or until the time is up, and reacquires the lock.</summary>
    /// <param name="timeout">
    /// How long to wait for the notification at most; zero, the default, only lets others have the lock for a moment;
    /// <see cref="Timeout.InfiniteTimeSpan"/> waits forever. Reacquiring the lock is not limited.
    /// </param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Whether it was notified; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/exception"/>
    bool TryWait(TimeSpan timeout = default, CancellationToken token = default);

    /// <summary>Releases the lock, waits without blocking the thread until notified, and reacquires the lock.</summary>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/exception"/>
    /// <exception cref="NotSupportedException">The lock is an <see cref="RLock"/>.</exception>
    ValueTask WaitAsync(CancellationToken token = default);

    /// <summary>
    /// Releases the lock, waits without blocking the thread until notified or until the time is up, and reacquires the lock.
    /// </summary>
    /// <inheritdoc cref="TryWait(TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryWait(TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryWait(TimeSpan, CancellationToken)" path="/exception"/>
    /// <exception cref="NotSupportedException">The lock is an <see cref="RLock"/>.</exception>
    ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default);

    /// <summary>
    /// Waits, notification by notification, until the predicate is true. It is evaluated with the lock held, first before any wait.
    /// </summary>
    /// <param name="predicate">The predicate.</param>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="ArgumentNullException">There is no predicate.</exception>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/exception"/>
    void WaitFor(Func<bool> predicate, CancellationToken token = default);

    /// <summary>Waits, notification by notification, until the predicate is true or the time is up.</summary>
    /// <param name="predicate">The predicate; evaluated with the lock held, first before any wait.</param>
    /// <param name="timeout">
    /// How long to wait at most, all notifications together; zero, the default, only checks; <see cref="Timeout.InfiniteTimeSpan"/> waits
    /// forever.
    /// </param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>The predicate's last value.</returns>
    /// <exception cref="ArgumentNullException">There is no predicate.</exception>
    /// <inheritdoc cref="TryWait(TimeSpan, CancellationToken)" path="/exception"/>
    bool TryWaitFor(Func<bool> predicate, TimeSpan timeout = default, CancellationToken token = default);

    /// <summary>Waits without blocking the thread, notification by notification, until the predicate is true.</summary>
    /// <inheritdoc cref="WaitFor(Func{bool}, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="WaitFor(Func{bool}, CancellationToken)" path="/exception"/>
    /// <exception cref="NotSupportedException">The lock is an <see cref="RLock"/>.</exception>
    ValueTask WaitForAsync(Func<bool> predicate, CancellationToken token = default);

    /// <summary>Waits without blocking the thread, notification by notification, until the predicate is true or the time is up.</summary>
    /// <inheritdoc cref="TryWaitFor(Func{bool}, TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryWaitFor(Func{bool}, TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryWaitFor(Func{bool}, TimeSpan, CancellationToken)" path="/exception"/>
    /// <exception cref="NotSupportedException">The lock is an <see cref="RLock"/>.</exception>
    ValueTask<bool> TryWaitForAsync(Func<bool> predicate, TimeSpan timeout, CancellationToken token = default);

    /// <summary>Notifies waiters, the longest waiting first. They get the lock only after the caller releases it. Does not wait.</summary>
    /// <param name="n">How many to notify at most; if there are fewer waiters, the other notifications are lost.</param>
    /// <exception cref="SynchronizationLockException">The caller does not hold the lock.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is negative.</exception>
    void Notify(int n = 1);

    /// <summary>Notifies all waiters.</summary>
    /// <exception cref="SynchronizationLockException">The caller does not hold the lock.</exception>
    void NotifyAll();
}
