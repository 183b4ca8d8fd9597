namespace Braid.Multiprocessing;

/// <summary>Room for a message, which it then puts.</summary>
/// <param name="ring">Where it is to be put.</param>
/// <param name="message">The message.</param>
/// <param name="spins">For how many turns to look for room before the wait is announced, so that no wake is needed: for threads that block.</param>
internal struct PutRule(MessageRing ring, MessageBuffer message, int spins = 0) : ISharedRule
{
    private RingTurn _turn;   // whether it waits
    private int _spins = spins;

    public RingOutcome Outcome { get; private set; }

    public bool TryTake(out FutexPoint sleepOn)
    {
        try
        {
            Outcome = ring.TryPut(message, out sleepOn);
            for (; _spins > 0 && (Outcome is RingOutcome.Wait or RingOutcome.Busy); _spins--)
            {
                Spinning.Pause();
                Outcome = sleepOn.HasChanged ? ring.TryPut(message, out sleepOn) : Outcome;
            }

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
