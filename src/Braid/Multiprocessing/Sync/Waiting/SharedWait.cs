namespace Braid.Multiprocessing;

/// <summary>All waits for other processes.</summary>
/// <remarks>
/// <para>
/// A blocked thread tries, spins on the word its rule names, and then sleeps on it in the kernel, 50 ms at a time. After each wake and each
/// slice it tries again, and its rule checks whether the processes it depends on are alive. So nothing that a killed process could leave
/// undone has to be exact: a wake it did not pass on costs the others one slice. Nor is a wake ever lost to a waiter that leaves: a thread
/// that times out, or whose token is cancelled, makes a last attempt first.
/// </para>
/// <para>
/// Awaiting callers queue in an <see cref="AwaitingLine{TRule}"/> and are served by an <see cref="AwaitingThread"/>. There is no order
/// among the waiters of different processes, and an interrupt of a sleeping thread takes effect at the end of its slice: the kernel knows
/// neither.
/// </para>
/// </remarks>
internal static class SharedWait
{
    public const int SliceMilliseconds = 50;

    /// <summary>Blocks the calling thread until the rule has taken (true), or the time is up (false).</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing was taken.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; nothing was taken.</exception>
    /// <exception cref="ObjectDisposedException">This process has closed the object.</exception>
    public static bool Wait<TRule>(IShared owner, ref TRule rule, Deadline deadline, CancellationToken token)
        where TRule : struct, ISharedRule
    {
        if (default(TRule) is not IPersonalRule)   // a personal rule is announced already, and the announcement must be withdrawn
        {
            token.ThrowIfCancellationRequested();
        }

        // the announcement is withdrawn there, in case the object is closed meanwhile
        using Segment.Usage kept = owner.Segment.Use(owner);
        if (default(TRule) is IPersonalRule && owner.IsClosed)
        {
            rule.GiveUp();
        }

        return TryTake(owner, ref rule, out FutexPoint sleepOn) || WaitSlow(owner, ref rule, sleepOn, deadline, token);
    }

    /// <summary>
    /// Waits without blocking the thread until the rule has taken (true), or the time is up (false). Callers that await the same rule of
    /// the same object are served in order of arrival.
    /// </summary>
    /// <inheritdoc cref="Wait" path="/exception"/>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite; thrown at the call.</exception>
    public static ValueTask<bool> WaitAsync<TRule>(IShared owner, TRule rule, TimeSpan timeout, CancellationToken token)
        where TRule : struct, ISharedRule
    {
        Deadline.Check(timeout);
        return token.IsCancellationRequested
            ? ValueTask.FromCanceled<bool>(token)
            : AwaitingLine<TRule>.Of(owner).Enqueue(rule, timeout, token).AsTryTask();
    }

    /// <summary>One attempt, if this process still has the object open.</summary>
    public static bool TryTake<TRule>(IShared owner, ref TRule rule, out FutexPoint sleepOn)
        where TRule : struct, ISharedRule
    {
        ObjectDisposedException.ThrowIf(owner.IsClosed, owner);
        return rule.TryTake(out sleepOn);
    }

    private static bool WaitSlow<TRule>(IShared owner, ref TRule rule, FutexPoint sleepOn, Deadline deadline, CancellationToken token)
        where TRule : struct, ISharedRule
    {
        bool isAnnounced = true;
        CancellationWaker? waker = null;
        WaitObserver observed = default;
        ThreadWaiter? shown = null;
        CancellationTokenRegistration watch = default;
        try
        {
            if (deadline.HasPassed)
            {
                return false;
            }

            if (SpinUntilChanged(sleepOn) && TryAgain(ref rule))
            {
                return true;
            }

            observed = WaitObserver.Start(owner);
            shown = ThreadWaiter.BeginShared(owner, TRule.Wanted);
            if (token.CanBeCanceled)
            {
                waker = new CancellationWaker();
                watch = token.UnsafeRegister(static waker => ((CancellationWaker)waker!).Ring(), waker);
            }

            while (true)
            {
                token.ThrowIfCancellationRequested();
                int left = deadline.MillisecondsLeft;
                if (left == 0)
                {
                    return false;
                }

                waker?.Watch(sleepOn);
                sleepOn.Sleep(left < 0 ? SliceMilliseconds : Math.Min(left, SliceMilliseconds));
                if (TryAgain(ref rule))
                {
                    return true;   // an interrupt meanwhile strikes the caller's next wait
                }

                UninterruptibleMonitor.ThrowIfInterrupted();   // after an attempt that failed: it yields the processor
            }
        }
        finally
        {
            try
            {
                if (isAnnounced)
                {
                    rule.GiveUp();
                }
            }
            finally
            {
                UninterruptibleMonitor.Dispose(watch);   // before the word may go: it waits for a running callback
                shown?.EndShared();
                observed.Stop();
            }
        }

        bool TryAgain(ref TRule rule)
        {
            ObjectDisposedException.ThrowIf(owner.IsClosed, owner);
            isAnnounced = false;      // in case the attempt throws
            bool isTaken = rule.TryTake(out sleepOn);
            isAnnounced = !isTaken;
            return isTaken;
        }
    }

    private static bool SpinUntilChanged(FutexPoint sleepOn)
    {
        for (int turn = 0; turn < Spinning.WaitTurns; turn++)
        {
            Spinning.Pause();
            if (sleepOn.HasChanged)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Ends a sleep when a token is cancelled. Other sleepers on the word wake too, and go back to sleep.</summary>
    private sealed class CancellationWaker
    {
        // Orders: _word is written by the sleeping thread, before each sleep, and read by the canceller. If it wakes before the sleep has
        // begun, it wakes no thread; the sleeper finds the token cancelled at the end of its slice.
        private nint _word;

        public void Watch(FutexPoint sleepOn) => Volatile.Write(ref _word, sleepOn.Word);

        public unsafe void Ring()
        {
            if (Volatile.Read(ref _word) is not 0 and nint word)
            {
                Futex.Wake((int*)word, int.MaxValue);
            }
        }
    }
}
