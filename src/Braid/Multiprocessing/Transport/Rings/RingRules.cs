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

/// <summary>The outcome of one attempt to put a message or to get one.</summary>
internal enum RingOutcome
{
    /// <summary>It was put, or got.</summary>
    Done,

    /// <summary>There is no room, or no message.</summary>
    Wait,

    /// <summary>Another thread is at it.</summary>
    Busy,

    /// <summary>The ring is shut down; there will be nothing.</summary>
    Ended,
}

/// <summary>What somebody waits for at a ring.</summary>
internal enum RingWait
{
    /// <summary>A message.</summary>
    Get,

    /// <summary>Room for one.</summary>
    Put,

    /// <summary>That all messages are declared done.</summary>
    Join,
}

/// <summary>A rule that is awaited: kept here so that what it got can be read afterwards.</summary>
internal sealed class SharedCall<TRule>(TRule rule)
    where TRule : struct, ISharedRule
{
    private TRule _rule = rule;   // used by one thread at a time: whoever tries it, then whoever reads the result

    public ref TRule Rule => ref _rule;

    public ValueTask<bool> WaitAsync(IShared owner, TimeSpan timeout, CancellationToken token) =>
        SharedWait.WaitAsync(owner, new Reference(this), timeout, token);

    /// <summary>How many await this at the object in this process and have not tried yet, so that nothing in shared memory counts them.</summary>
    public static int CountBehindHead(IShared owner) => AwaitingLine<Reference>.Find(owner)?.CountBehindHead ?? 0;

    private readonly struct Reference(SharedCall<TRule> call) : ISharedRule
    {
        public bool TryTake(out FutexPoint sleepOn) => call._rule.TryTake(out sleepOn);

        public void GiveUp() => call._rule.GiveUp();
    }
}
