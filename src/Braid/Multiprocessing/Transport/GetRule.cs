namespace Braid.Multiprocessing;

/// <summary>The next message.</summary>
/// <param name="ring">Where it is to come from.</param>
/// <param name="spins">For how many turns to look for it before the wait is announced, so that no wake is needed: for threads that block.</param>
internal struct GetRule(MessageRing ring, int spins = 0) : ISharedRule
{
    private RingTurn _turn;   // whether it waits
    private int _spins = spins;
    private Message _message;

    public RingOutcome Outcome { get; private set; }

    public readonly Message Message => _message;

    public bool TryTake(out FutexPoint sleepOn)
    {
        try
        {
            Outcome = ring.TryGet(out _message, out sleepOn);
            for (; _spins > 0 && (Outcome is RingOutcome.Wait or RingOutcome.Busy); _spins--)
            {
                Spinning.Pause();
                Outcome = sleepOn.HasChanged ? ring.TryGet(out _message, out sleepOn) : Outcome;
            }

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
