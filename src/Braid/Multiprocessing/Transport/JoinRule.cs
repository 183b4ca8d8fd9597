namespace Braid.Multiprocessing;

/// <summary>That all messages are declared done.</summary>
internal struct JoinRule(MessageRing ring) : ISharedRule
{
    private RingTurn _turn;   // whether it waits

    public bool TryTake(out FutexPoint sleepOn)
    {
        try
        {
            if (ring.IsAllDone(out sleepOn) || (_turn.Begins(ring, RingWait.Join) && ring.IsAllDone(out sleepOn)))
            {
                GiveUp();
                return true;
            }

            return false;
        }
        catch
        {
            GiveUp();   // the ring was closed
            throw;
        }
    }

    public void GiveUp() => _turn.End(ring, RingWait.Join);
}
