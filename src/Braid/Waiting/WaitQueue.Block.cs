namespace Braid.Waiting;

internal sealed partial class WaitQueue
{
    /// <summary>Blocks the calling thread until it has taken or was granted (true), or the time is up (false).</summary>
    /// <remarks>Nothing is allocated once the thread has its waiter.</remarks>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing was taken.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; nothing was taken.</exception>
    public bool Wait<TRule>(ref TRule rule, Deadline deadline, CancellationToken token)
        where TRule : struct, IRule, allows ref struct
    {
        bool isSearching;
        using (gate.Enter())
        {
            if (TryTakeUnderGate(ref rule))
            {
                return true;
            }

            isSearching = _searching < Spinning.MaxSearching;
            _searching += isSearching ? 1 : 0;
        }

        return (isSearching && TrySearching(ref rule)) || Park(ref rule, deadline, isSearching, token);
    }

    /// <summary>Takes at once if possible; otherwise enqueues the thread and makes it sleep.</summary>
    /// <inheritdoc cref="Wait{TRule}"/>
    public bool Park<TRule>(ref TRule rule, Deadline deadline, CancellationToken token)
        where TRule : struct, IRule, allows ref struct => Park(ref rule, deadline, isSearching: false, token);

    /// <summary>Spins until the rule looks ready, for a limited time.</summary>
    public static bool SpinUntilReady<TRule>(ref TRule rule)
        where TRule : struct, IRule, allows ref struct
    {
        for (int turn = 0; turn < Spinning.WaitTurns; turn++)
        {
            Spinning.Pause();
            if (rule.LooksReady())
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Spins, registered so that givers know, and takes as soon as the rule looks ready.</summary>
    /// <returns>Whether it took. If not, the thread still counts as searching.</returns>
    private bool TrySearching<TRule>(ref TRule rule)
        where TRule : struct, IRule, allows ref struct
    {
        for (int turn = 0; turn < Spinning.WaitTurns; turn++)
        {
            Spinning.Pause();
            if (rule.LooksReady())
            {
                using Gate.Scope held = gate.Enter();
                if (AllowsBarging && TakeSearching(ref rule))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>One attempt of a thread that is not enqueued. Under the gate.</summary>
    private bool TryTakeUnderGate<TRule>(ref TRule rule)
        where TRule : struct, IRule, allows ref struct
    {
        if (!AllowsBarging || !rule.TryTake(_head is not null))
        {
            return false;
        }

        sides?.SettleUnderGate();
        return true;
    }

    /// <summary>Takes, and if that ends the search, passes on what givers meanwhile left to this thread. Under the gate.</summary>
    private bool TakeSearching<TRule>(ref TRule rule)
        where TRule : struct, IRule, allows ref struct
    {
        Debug.Assert(gate.IsHeld && _searching > 0);
        bool goesOn = false;
        try
        {
            bool taken = rule.TryTake(_head is not null);
            goesOn = !taken;
            return taken;
        }
        finally
        {
            if (!goesOn)
            {
                _searching--;
                PassOn(ref rule);
            }
        }
    }

    private bool Park<TRule>(ref TRule rule, Deadline deadline, bool isSearching, CancellationToken token)
        where TRule : struct, IRule, allows ref struct
    {
        ThreadWaiter waiter = ThreadWaiter.ForCurrentThread();
        using (gate.Enter())
        {
            if (isSearching ? AllowsBarging && TakeSearching(ref rule) : TryTakeUnderGate(ref rule))
            {
                return true;
            }

            _searching -= isSearching ? 1 : 0;
            Enqueue(waiter);
        }

        return WaitEnqueued(waiter, ref rule, deadline, token);
    }

    /// <summary>
    /// Enqueues the calling thread, which leaves the gate and then calls <see cref="WaitEnqueued{TRule}"/>. Under the gate.
    /// </summary>
    public ThreadWaiter EnqueueThread()
    {
        ThreadWaiter waiter = ThreadWaiter.ForCurrentThread();
        Enqueue(waiter);
        return waiter;
    }

    /// <inheritdoc cref="Wait{TRule}"/>
    public bool WaitEnqueued<TRule>(ThreadWaiter waiter, ref TRule rule, Deadline deadline, CancellationToken token)
        where TRule : struct, IRule, allows ref struct
    {
        waiter.IsInUse = true;
        waiter.Limit = !deadline.IsNever ? WaitLimit.Timeout : token.CanBeCanceled ? WaitLimit.Token : WaitLimit.None;
        WaitObserver observed = default;
        CancellationTokenRegistration watch = default;
        Unparked unparked;
        try
        {
            observed = WaitObserver.Start(owner);
            watch = waiter.Watch(token);
            var longWait = LongWait.Start(owner);
            do
            {
                unparked = waiter.Park(Deadline.Earlier(deadline, longWait.ChecksAt), token);
                if (unparked == Unparked.TimedOut && !deadline.HasPassed)
                {
                    longWait.Check(waiter);
                    unparked = Unparked.Rechecked;
                }
            }
            while (!TryFinish(waiter, ref rule, unparked));
        }
        catch
        {
            Leave(waiter, ref rule);
            throw;
        }
        finally
        {
            UninterruptibleMonitor.Dispose(watch);              // outside the gate: it waits for a running callback
            observed.Stop();
            waiter.IsInUse = false;
            waiter.PassOnInterrupt();
        }

        return waiter.State switch
        {
            WaitState.Granted => true,
            WaitState.TimedOut => false,
            WaitState.Refused => throw waiter.Failure!,
            _ when unparked == Unparked.Interrupted => throw new ThreadInterruptedException(),
            _ => throw new OperationCanceledException(token),
        };
    }

    /// <summary>One check under the gate, after the thread stopped sleeping. False: sleep again.</summary>
    private bool TryFinish<TRule>(ThreadWaiter waiter, ref TRule rule, Unparked unparked)
        where TRule : struct, IRule, allows ref struct
    {
        using (gate.Enter())
        {
            waiter.IsOwedAWake &= unparked != Unparked.Woken;
            if (waiter.State == WaitState.Waiting)
            {
                if ((waiter == _head || AllowsBarging) && rule.TryTake(othersWait: _count > 1))
                {
                    waiter.State = WaitState.Granted;
                    Remove(waiter);
                    PassOn(ref rule);
                }
                else if (unparked == Unparked.Rechecked)
                {
                    return false;
                }
                else if (unparked == Unparked.Woken)
                {
                    waiter.OnFailedWake();
                    return false;
                }
                else
                {
                    waiter.State = unparked == Unparked.TimedOut ? WaitState.TimedOut : WaitState.Cancelled;
                    Remove(waiter);
                    PassOn(ref rule);
                }
            }
        }

        // Read outside the gate: the wait is settled and the waiter has left the queue, so no other thread writes its state or what it is
        // owed.
        waiter.IsOwedAnInterrupt |= unparked == Unparked.Interrupted && waiter.State != WaitState.Cancelled;
        if (waiter.IsOwedAWake)
        {
            waiter.AwaitWake();
        }

        return true;
    }

    /// <summary>Removes a waiter that is not going to wait after all, from a queue whose waiters are only granted.</summary>
    public void Leave(Waiter waiter)
    {
        if (waiter is AsyncWaiter awaiting)
        {
            GiveUp(awaiting, WaitState.Cancelled);
        }
        else
        {
            var never = default(NothingToTake);
            Leave((ThreadWaiter)waiter, ref never);
        }
    }

    /// <summary>Removes a thread whose wait ends with an exception of its rule or of the deadlock watch.</summary>
    private void Leave<TRule>(ThreadWaiter waiter, ref TRule rule)
        where TRule : struct, IRule, allows ref struct
    {
        using (gate.Enter())
        {
            if (waiter.Queue == this)
            {
                Remove(waiter);
                PassOn(ref rule);
            }
        }

        if (waiter.IsOwedAWake)   // outside the gate, as in TryFinish
        {
            waiter.AwaitWake();
        }
    }
}
