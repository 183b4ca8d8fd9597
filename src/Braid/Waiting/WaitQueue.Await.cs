namespace Braid.Waiting;

internal sealed partial class WaitQueue
{
    /// <summary>Settles the waiter at once if there is something to take, otherwise enqueues it.</summary>
    /// <remarks>
    /// It is armed first: a cancellation or timeout that strikes before it is enqueued has then settled it. A timeout may strike as soon as
    /// it is armed, but even a timeout of zero allows one attempt; so with a timeout the first attempt comes before.
    /// </remarks>
    public void WaitAsync<TRule>(AsyncWaiter waiter, ref TRule rule, TimeSpan timeout, CancellationToken token)
        where TRule : struct, IRule, allows ref struct
    {
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            using Gate.Scope held = gate.Enter();
            if (TrySettle(waiter, ref rule))
            {
                return;
            }

            if (timeout == TimeSpan.Zero)
            {
                waiter.State = WaitState.TimedOut;
                gate.WakeAfter(waiter);
                return;
            }
        }

        waiter.Arm(this, timeout, token);
        using (gate.Enter())
        {
            if (waiter.State == WaitState.Waiting)
            {
                waiter.OnArmedUnderGate();
                if (!TrySettle(waiter, ref rule))
                {
                    Enqueue(waiter);
                }

                return;
            }
        }

        waiter.Disarm();   // it was settled while it was being armed
    }

    /// <summary>One attempt for a waiter that is not enqueued. Under the gate.</summary>
    private bool TrySettle<TRule>(AsyncWaiter waiter, ref TRule rule)
        where TRule : struct, IRule, allows ref struct
    {
        Debug.Assert(gate.IsHeld);
        if (!(rule.KeepsOrder ? AllowsAsyncBarging : AllowsBarging) || !rule.TryServe(waiter, _head is not null))
        {
            return false;
        }

        waiter.State = waiter.Failure is null ? WaitState.Granted : WaitState.Refused;
        gate.WakeAfter(waiter);
        sides?.SettleUnderGate();
        return true;
    }

    /// <summary>Ends an await that is not settled yet, for the given reason.</summary>
    public void GiveUp(AsyncWaiter waiter, WaitState reason)
    {
        using Gate.Scope held = gate.Enter();
        GiveUpUnderGate(waiter, reason);
    }

    /// <inheritdoc cref="GiveUp"/>
    public void GiveUpUnderGate(AsyncWaiter waiter, WaitState reason)
    {
        Debug.Assert(gate.IsHeld);
        if (waiter.State != WaitState.Waiting)
        {
            return;
        }

        if (waiter.Queue is not null)
        {
            Remove(waiter);
        }

        waiter.State = reason;
        gate.WakeAfter(waiter);
    }
}
