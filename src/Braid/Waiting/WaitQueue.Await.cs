namespace Braid.Waiting;

internal sealed partial class WaitQueue
{
    /// <summary>Settles the waiter at once if there is something to take, else enqueues it.</summary>
    /// <remarks>It is armed first: a cancellation or timeout that strikes before it is enqueued has then settled it.</remarks>
    public void WaitAsync<TRule>(AsyncWaiter waiter, ref TRule rule, TimeSpan timeout, CancellationToken token)
        where TRule : struct, IRule, allows ref struct
    {
        waiter.Arm(this, timeout, token);
        using (gate.Enter())
        {
            if (waiter.State == WaitState.Waiting)
            {
                if (MayOvertake && rule.TryServe(waiter, _head is not null))
                {
                    waiter.State = waiter.Failure is null ? WaitState.Granted : WaitState.Refused;
                    gate.WakeAfter(waiter);
                }
                else
                {
                    Enqueue(waiter);
                }

                return;
            }
        }

        waiter.Disarm();   // it was settled while it was being armed
    }

    /// <summary>Ends an await that is not settled yet, for the given reason.</summary>
    public void GiveUp(AsyncWaiter waiter, WaitState reason)
    {
        using Gate.Scope held = gate.Enter();
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
