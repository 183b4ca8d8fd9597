namespace Braid.Multiprocessing;

/// <summary>The next message of a pipe, or the news that there will be none.</summary>
internal struct ReceiveRule(PipeTransport pipe, int spins = 0) : ISharedRule
{
    private GetRule _get = new(pipe.Incoming, spins);
    private DeathWatch _deaths;

    public RingOutcome Outcome { get; private set; }

    public readonly Message Message => _get.Message;

    public bool TryTake(out FutexPoint sleepOn)
    {
        bool isTaken = _get.TryTake(out sleepOn);
        Outcome = _get.Outcome;
        if (isTaken || Outcome != RingOutcome.Wait)
        {
            return isTaken;
        }

        _deaths.Begin();
        if (pipe.OtherEnd.IsHeld(_deaths))
        {
            return false;
        }

        isTaken = _get.TryTake(out sleepOn);   // sent before the last of them let go
        Outcome = _get.Outcome == RingOutcome.Wait ? RingOutcome.Ended : _get.Outcome;
        if (Outcome == RingOutcome.Ended)
        {
            GiveUp();
        }

        return isTaken || Outcome == RingOutcome.Ended;
    }

    public void GiveUp() => _get.GiveUp();
}
