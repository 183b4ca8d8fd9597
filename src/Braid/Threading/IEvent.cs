namespace Braid.Threading;

/// <summary>
/// A flag that can be waited for: the contract of an <see cref="Event"/> of threads and a <see cref="Multiprocessing.Event"/> of processes.
/// </summary>
/// <remarks>
/// Setting it releases all waiters; later waits return at once until it is cleared. Interrupting the thread also ends a blocked wait, with
/// <see cref="ThreadInterruptedException"/>. Everything written before <see cref="Set"/> is visible to every thread that sees the flag set.
/// Python counterpart: <c>threading.Event</c>, <c>asyncio.Event</c>, <c>multiprocessing.Event</c>.
/// </remarks>
public interface IEvent
{
    /// <summary>Whether the flag is set.</summary>
    bool IsSet { get; }

    /// <summary>Sets the flag and releases all current waiters, even if it is cleared at once. Never blocks.</summary>
    void Set();

    /// <summary>Clears the flag; later waits block until it is set again.</summary>
    void Clear();

    /// <summary>Blocks until the flag is set.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    void Wait(CancellationToken token = default);

    /// <summary>Blocks until the flag is set or the time is up.</summary>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, only checks; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Whether the flag was set; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    bool TryWait(TimeSpan timeout = default, CancellationToken token = default);

    /// <summary>Waits without blocking the thread until the flag is set.</summary>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/exception"/>
    ValueTask WaitAsync(CancellationToken token = default);

    /// <summary>Waits without blocking the thread until the flag is set or the time is up.</summary>
    /// <inheritdoc cref="TryWait(TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryWait(TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryWait(TimeSpan, CancellationToken)" path="/exception"/>
    ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default);
}
