namespace Braid.Threading;

/// <summary>A place where a fixed number of parties wait for each other: what a <see cref="Barrier"/> of threads and a <see cref="Multiprocessing.Barrier"/> of processes have in common.</summary>
/// <remarks>
/// A blocked wait also ends with <see cref="ThreadInterruptedException"/> when its thread is interrupted. What each party wrote before its
/// wait is visible to all after it. Python counterpart: <c>threading.Barrier</c>, <c>asyncio.Barrier</c>, <c>multiprocessing.Barrier</c>.
/// </remarks>
public interface IBarrier
{
    /// <summary>How many must come before all go on.</summary>
    int Parties { get; }

    /// <summary>How many wait for the round to be full at this moment; 0 while a full round is let go.</summary>
    int Waiting { get; }

    /// <summary>Whether the barrier is broken.</summary>
    bool Broken { get; }

    /// <summary>Waits, blocking the thread, until all parties have come.</summary>
    /// <param name="token">Ends the wait; the party leaves, the barrier stays whole.</param>
    /// <returns>A different number for each party of the round, from 0 to <see cref="Parties"/> - 1.</returns>
    /// <exception cref="BrokenBarrierException">The barrier is or gets broken, or the barrier's own timeout is up, which breaks it for everybody. The last party to come gets what the action throws instead.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    int Wait(CancellationToken token = default);

    /// <summary>Waits, blocking the thread, until all parties have come or the time is up, which breaks the barrier for everybody.</summary>
    /// <param name="index">A different number for each party of the round, from 0 to <see cref="Parties"/> - 1.</param>
    /// <param name="timeout">How long to wait at most; zero succeeds only for the last party to come; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.</param>
    /// <param name="token">Ends the wait; the party leaves, the barrier stays whole.</param>
    /// <returns>Whether all came; false if the time was up: the barrier is broken now.</returns>
    /// <exception cref="BrokenBarrierException">The barrier is broken, or breaks during the wait.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    bool TryWait(out int index, TimeSpan timeout, CancellationToken token = default);

    /// <summary>Waits, without blocking the thread, until all parties have come.</summary>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/exception"/>
    ValueTask<int> WaitAsync(CancellationToken token = default);

    /// <summary>Waits, without blocking the thread, until all parties have come or the time is up, which breaks the barrier for everybody.</summary>
    /// <param name="timeout">How long to wait at most; zero succeeds only for the last party to come; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.</param>
    /// <param name="token">Ends the wait; the party leaves, the barrier stays whole.</param>
    /// <returns>Whether all came, and if so the party's number; if not, the barrier is broken now.</returns>
    /// <inheritdoc cref="TryWait(out int, TimeSpan, CancellationToken)" path="/exception"/>
    ValueTask<(bool Success, int Index)> TryWaitAsync(TimeSpan timeout, CancellationToken token = default);

    /// <summary>Breaks the barrier: waiting parties, and parties that arrive before a reset, get a <see cref="BrokenBarrierException"/>.</summary>
    void Abort();

    /// <summary>Lets the parties that wait for a round to be full go on without the others, as if it were full. The barrier stays whole. Never blocks for long.</summary>
    /// <remarks>
    /// For when the others will not come: the next round needs all <see cref="Parties"/> again. The released get the numbers from 0 on, in the
    /// order in which they came. The action does not run, since it may rely on all having come. A round that is full already, and whose action
    /// runs or is about to, is left alone.
    /// </remarks>
    /// <returns>How many were released; 0 if none waited, or the barrier is broken.</returns>
    int Release();

    /// <summary>Makes the barrier new. Waiting parties get a <see cref="BrokenBarrierException"/>.</summary>
    void Reset();
}
