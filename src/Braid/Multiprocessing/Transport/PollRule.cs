namespace Braid.Multiprocessing;

/// <summary>That a message of a pipe can be received, or the end of them.</summary>
internal struct PollRule(PipeTransport pipe) : ISharedRule
{
    private RingTurn _turn;   // whether it waits
    private DeathWatch _deaths;

    public bool TryTake(out FutexPoint sleepOn)
    {
        try
        {
            if (IsReady(out sleepOn) || (_turn.Begins(pipe.Incoming, RingWait.Get) && IsReady(out sleepOn)))
            {
                GiveUp();
                return true;
            }

            return false;
        }
        catch
        {
            GiveUp();   // the connection was closed
            throw;
        }
    }

    /// <summary>The wake that came may have been meant for a receiver; it is passed on, for the message is still there.</summary>
    public void GiveUp() => _turn.End(pipe.Incoming, RingWait.Get);

    private bool IsReady(out FutexPoint sleepOn)
    {
        _deaths.Begin();
        return pipe.Incoming.HasMessage(out sleepOn) || !pipe.OtherEnd.IsHeld(_deaths);
    }
}
