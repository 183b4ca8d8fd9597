namespace Braid.Multiprocessing;

/// <summary>Room in a pipe for a message, which it then sends; or the news that no reader is left.</summary>
internal struct SendRule(PipeTransport pipe, MessageBuffer message, int spins = 0) : ISharedRule
{
    private PutRule _put = new(pipe.Outgoing, message, spins);
    private DeathWatch _deaths;

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
