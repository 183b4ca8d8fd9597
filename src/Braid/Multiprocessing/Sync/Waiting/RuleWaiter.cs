namespace Braid.Multiprocessing;

/// <summary>An await that takes from shared memory by a rule of its own.</summary>
internal class RuleWaiter<TRule> : SignalWaiter
    where TRule : struct, ISharedRule
{
    private AwaitingLine<TRule>? _line;   // written by Rent
    private TRule _rule;                  // guarded by the line's gate until the wait is settled, then by the thread that settled it
    private bool _isAnnounced;            // as _rule
    private Segment? _kept;               // written by Prepare, then by Wake: keeps the memory in which the announcement is withdrawn

    public static RuleWaiter<TRule> Rent(AwaitingLine<TRule> line, in TRule rule)
    {
        RuleWaiter<TRule> waiter = WaiterPool<RuleWaiter<TRule>>.Rent() ?? new RuleWaiter<TRule>();
        waiter.Prepare(line, rule);
        return waiter;
    }

    protected void Prepare(AwaitingLine<TRule> line, in TRule rule)
    {
        _line = line;
        _rule = rule;
        _isAnnounced = rule is IPersonalRule;
        _kept = line.Segment.TryAddReference() ? line.Segment : null;
    }

    /// <summary>One attempt, under the line's gate.</summary>
    /// <returns>Whether the wait is over: it has taken, or its rule has thrown.</returns>
    public bool TryTake(IShared owner, out FutexPoint sleepOn)
    {
        sleepOn = default;
        try
        {
            ObjectDisposedException.ThrowIf(owner.IsClosed, owner);
            _isAnnounced = false;     // in case the attempt throws
            bool isTaken = _rule.TryTake(out sleepOn);
            _isAnnounced = !isTaken;
            return isTaken;
        }
        catch (Exception refusal)
        {
            Failure = refusal;
            return true;
        }
    }

    internal override void GiveUp(WaitState reason) => _line!.GiveUp(this, reason);

    internal override void Wake()
    {
        if (_isAnnounced)             // it timed out, was cancelled, or the object was closed
        {
            _isAnnounced = false;
            try
            {
                _rule.GiveUp();
            }
            catch (InvalidDataException exception)
            {
                Failure ??= exception;    // another process has overwritten the object: the await must end all the same
            }
        }

        if (State is WaitState.TimedOut or WaitState.Cancelled)
        {
            _line!.Pump();            // the one who is first now has not tried yet
        }

        _kept?.Release();
        _kept = null;
        base.Wake();
    }

    protected override void Recycle()
    {
        _line = null;
        _rule = default;
        WaiterPool<RuleWaiter<TRule>>.Return(this);
    }
}
