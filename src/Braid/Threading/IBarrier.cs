namespace Braid.Threading;

/// <summary>
/// A place where a fixed number of parties wait for each other: the contract of a <see cref="Barrier"/> of threads and a
/// <see cref="Multiprocessing.Barrier"/> of processes.
/// </summary>
/// <remarks>
/// Interrupting the thread also ends a blocked wait, with <see cref="ThreadInterruptedException"/>. Everything that each party wrote before
/// its wait is visible to all after it. Python counterpart: <c>threading.Barrier</c>, <c>asyncio.Barrier</c>,
/// <c>multiprocessing.Barrier</c>.
/// </remarks>
public interface IBarrier
{
    /// <summary>How many parties must arrive before all go on.</summary>
    int Parties { get; }

    /// <summary>How many parties wait for the round to be full at this moment; 0 while a full round is being released.</summary>
    int Waiting { get; }

    /// <summary>Whether the barrier is broken.</summary>
    bool Broken { get; }

    /// <summary>Waits, blocking the thread, until all parties have arrived.</summary>
    /// <param name="token">Ends the wait; the party leaves, and the barrier stays intact.</param>
    /// <returns>A different number for each party of the round, from 0 to <see cref="Parties"/> - 1.</returns>
    /// <exception cref="BrokenBarrierException">
    /// The barrier is broken, or breaks during the wait, or the barrier's own timeout is up, which breaks it for all parties. If the action
    /// throws, the last party to arrive gets that exception instead.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    int Wait(CancellationToken token = default);

    /// <summary>
    /// Waits, blocking the thread, until all parties have arrived or the time is up, which breaks the barrier for all parties.
    /// </summary>
    /// <param name="index">A different number for each party, from 0 to <see cref="Parties"/> - 1; -1 if the time was up.</param>
    /// <param name="timeout">
    /// How long to wait at most; zero succeeds only for the last party to arrive; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait; the party leaves, and the barrier stays intact.</param>
    /// <returns>Whether all arrived; false if the time was up: the barrier is now broken.</returns>
    /// <exception cref="BrokenBarrierException">The barrier is broken, or breaks during the wait.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    bool TryWait(out int index, TimeSpan timeout, CancellationToken token = default);

    /// <summary>Waits, without blocking the thread, until all parties have arrived.</summary>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/exception"/>
    ValueTask<int> WaitAsync(CancellationToken token = default);

    /// <summary>
    /// Waits, without blocking the thread, until all parties have arrived or the time is up, which breaks the barrier for all parties.
    /// </summary>
    /// <param name="timeout">
    /// How long to wait at most; zero succeeds only for the last party to arrive; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait; the party leaves, and the barrier stays intact.</param>
    /// <returns>Whether all arrived, and if so the party's number; otherwise the barrier is now broken.</returns>
    /// <inheritdoc cref="TryWait(out int, TimeSpan, CancellationToken)" path="/exception"/>
    ValueTask<(bool Success, int Index)> TryWaitAsync(TimeSpan timeout, CancellationToken token = default);

    /// <summary>
    /// Breaks the barrier: waiting parties, and parties that arrive before a reset, get a <see cref="BrokenBarrierException"/>.
    /// </summary>
    void Abort();

    /// <summary>
    /// Lets the parties that wait for a round to be full go on without the others, as if it were full. The barrier stays intact. Never
    /// blocks for long.
    /// </summary>
    /// <remarks>
    /// For cases in which the others will not arrive: the next round needs all <see cref="Parties"/> again. The released parties get the
    /// numbers from 0 on, in the order in which they arrived. The action does not run, since it may rely on all having arrived. A round
    /// that is full already, and whose action is running or about to run, is not affected.
    /// </remarks>
    /// <returns>How many were released; 0 if none waited, or the barrier is broken.</returns>
    int Release();

    /// <summary>Resets the barrier to its initial state. Waiting parties get a <see cref="BrokenBarrierException"/>.</summary>
    void Reset();
}
