namespace Braid.Multiprocessing;

/// <summary>Room for a message, which it then puts.</summary>
internal struct PutRule(MessageRing ring, MessageBuffer message) : ISharedRule
{
    private RingTurn _turn;   // whether it waits

    public RingOutcome Outcome { get; private set; }

    public bool TryTake(out FutexPoint sleepOn)
    {
        try
        {
            Outcome = ring.TryPut(message, out sleepOn);
            if (Outcome is RingOutcome.Done or RingOutcome.Ended || (_turn.Begins(ring, RingWait.Put) && (Outcome = ring.TryPut(message, out sleepOn)) is RingOutcome.Done or RingOutcome.Ended))
            {
                GiveUp();
                return true;
            }

            return false;
        }
        catch
        {
            GiveUp();   // the ring was closed, or there is no memory
            throw;
        }
    }

    public void GiveUp() => _turn.End(ring, RingWait.Put);
}
