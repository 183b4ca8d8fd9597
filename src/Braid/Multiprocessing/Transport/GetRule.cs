namespace Braid.Multiprocessing;

/// <summary>The next message.</summary>
internal struct GetRule(MessageRing ring) : ISharedRule
{
    private RingTurn _turn;   // whether it waits
    private Message _message;

    public RingOutcome Outcome { get; private set; }

    public readonly Message Message => _message;

    public bool TryTake(out FutexPoint sleepOn)
    {
        try
        {
            Outcome = ring.TryGet(out _message, out sleepOn);
            if (Outcome is RingOutcome.Done or RingOutcome.Ended || (_turn.Begins(ring, RingWait.Get) && (Outcome = ring.TryGet(out _message, out sleepOn)) is RingOutcome.Done or RingOutcome.Ended))
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

    public void GiveUp() => _turn.End(ring, RingWait.Get);
}
