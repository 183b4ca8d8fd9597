namespace Braid.Multiprocessing;

internal sealed unsafe partial class MessageRing
{
    /// <summary>
    /// Messages that were put, and neither declared done nor dropped. Never too few: the value read first can only be stale.
    /// </summary>
    public long UnfinishedTasks => UnfinishedBesides(Volatile.Read(ref _state->Done));

    /// <summary>Declares a message done.</summary>
    /// <returns>False if all are done.</returns>
    public bool TryFinish()
    {
        CheckOpen();
        Peers.ClearTaken();
        while (true)
        {
            long done = Volatile.Read(ref _state->Done);
            if (UnfinishedBesides(done) == 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _state->Done, done + 1, done) == done)
            {
                KillPoint.Reach(KillPoint.TaskDeclared);   // killed here: it is done, and a joiner counts again after each slice
                NotifyIfAllDone();
                return true;
            }
        }
    }

    /// <summary>Whether all are done.</summary>
    /// <param name="sleepOn">If not: the word that changes when it is.</param>
    public bool IsAllDone(out FutexPoint sleepOn)
    {
        CheckOpen();
        // read first: messages declared done later change it
        sleepOn = new FutexPoint(&_state->AllDone, Volatile.Read(ref _state->AllDone));
        return UnfinishedTasks == 0;
    }

    /// <summary>
    /// Called after a message was declared done or dropped: of several concurrent callers, the last sees that none is left.
    /// </summary>
    private void NotifyIfAllDone()
    {
        if (UnfinishedTasks == 0)
        {
            Interlocked.Increment(ref _state->AllDone);
            Wake(RingWait.Join, int.MaxValue);
        }
    }

    private long UnfinishedBesides(long done)
    {
        long dropped = _state->Get.Read(out _).Dropped;
        long put = _state->Put.Read(out _).Count;
        GC.KeepAlive(this);
        return Math.Max(0, put - dropped - done);
    }
}
