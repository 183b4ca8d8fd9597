namespace Braid.Multiprocessing;

/// <summary>Whether somebody is counted as waiting at a ring. Only who waits uses it.</summary>
internal struct RingTurn
{
    private static readonly TimeSpan s_healing = TimeSpan.FromMilliseconds(500);

    private bool _isCounted;
    private Deadline _nextHealing;

    /// <summary>Counts the caller, unless it is counted already; then it may look after the dead, now and then.</summary>
    /// <returns>Whether it was counted only now, and so must look again before it sleeps.</returns>
    public bool Begins(MessageRing ring, RingWait what)
    {
        if (_isCounted)
        {
            if (_nextHealing.HasPassed)
            {
                ring.Peers.Heal();
                _nextHealing = Deadline.After(s_healing);
            }

            return false;
        }

        ring.Segment.AddReference();   // should the ring be closed here meanwhile: the count must still be taken back
        ring.Peers.Announce(what);
        _nextHealing = Deadline.After(s_healing);
        _isCounted = true;
        return true;
    }

    /// <summary>Takes the caller off the count. A wake may have been meant for it that others need: it is passed on.</summary>
    public void End(MessageRing ring, RingWait what)
    {
        if (_isCounted)
        {
            _isCounted = false;
            ring.Peers.Withdraw(what);
            ring.PassOn(what);
            ring.Segment.Release();
        }
    }
}
