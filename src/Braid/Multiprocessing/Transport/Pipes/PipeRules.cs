namespace Braid.Multiprocessing;

/// <summary>Takes the next message of a pipe, or learns that there will be none.</summary>
internal struct ReceiveRule(PipeTransport pipe, int spins = 0) : ISharedRule
{
    private RingRule<GetAttempt> _get = new(new(pipe.Incoming), spins);
    private DeathWatch _deaths;

    static string ISharedRule.Wanted => "a message of ";

    public RingOutcome Outcome { get; private set; }

    public readonly Message Message => _get.Attempt.Message;

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

        isTaken = _get.TryTake(out sleepOn);   // it may have been sent before the last holder went
        Outcome = _get.Outcome == RingOutcome.Wait ? RingOutcome.Ended : _get.Outcome;
        if (Outcome == RingOutcome.Ended)
        {
            GiveUp();
        }

        return isTaken || Outcome == RingOutcome.Ended;
    }

    public void GiveUp() => _get.GiveUp();
}

/// <summary>Succeeds once a message of a pipe, or its end, can be received; takes nothing.</summary>
internal struct PollAttempt(PipeTransport pipe) : IRingAttempt
{
    private DeathWatch _deaths;

    static string IRingAttempt.Wanted => "a message of ";

    public readonly MessageRing Ring => pipe.Incoming;

    public readonly RingWait WaitsFor => RingWait.Get;

    public RingOutcome Try(out FutexPoint sleepOn)
    {
        _deaths.Begin();
        return pipe.Incoming.HasMessage(out sleepOn) || !pipe.OtherEnd.IsHeld(_deaths) ? RingOutcome.Done : RingOutcome.Wait;
    }
}

/// <summary>Waits for room in a pipe and then sends a message, or learns that no reader is left.</summary>
internal struct SendRule(PipeTransport pipe, MessageBuffer message, int spins = 0) : ISharedRule
{
    private RingRule<PutAttempt> _put = new(new(pipe.Outgoing, message), spins);
    private DeathWatch _deaths;

    static string ISharedRule.Wanted => "room in ";

    public bool IsBroken { get; private set; }

    public bool TryTake(out FutexPoint sleepOn)
    {
        _deaths.Begin();
        if (!pipe.OtherEnd.IsHeld(_deaths))
        {
            GiveUp();
            sleepOn = default;
            return IsBroken = true;
        }

        return _put.TryTake(out sleepOn);
    }

    public void GiveUp() => _put.GiveUp();
}
