namespace Braid.Multiprocessing;

/// <summary>A wait at a ring: attempts, the first of them unannounced, until one succeeds or the ring has ended.</summary>
/// <param name="attempt">The operation to attempt.</param>
/// <param name="spins">
/// How many times to try before the wait is announced, so that no thread needs to wake the caller: for threads that block.
/// </param>
internal struct RingRule<TAttempt>(TAttempt attempt, int spins = 0) : ISharedRule
    where TAttempt : struct, IRingAttempt
{
    private TAttempt _attempt = attempt;
    private WaitRegistration _registration;   // whether the ring counts the caller as waiting
    private int _spins = spins;

    public RingOutcome Outcome { get; private set; }

    /// <summary>The attempt, with its result.</summary>
    public readonly TAttempt Attempt => _attempt;

    static string ISharedRule.Wanted => TAttempt.Wanted;

    private readonly bool HasEnded => Outcome is RingOutcome.Done or RingOutcome.Ended;

    public bool TryTake(out FutexPoint sleepOn)
    {
        try
        {
            Outcome = _attempt.Try(out sleepOn);
            for (; _spins > 0 && !HasEnded; _spins--)
            {
                Spinning.Pause();
                Outcome = sleepOn.HasChanged ? _attempt.Try(out sleepOn) : Outcome;
            }

            if (!HasEnded && _registration.TryAnnounce(_attempt.Ring, _attempt.WaitsFor))
            {
                Outcome = _attempt.Try(out sleepOn);   // a change committed before the announcement woke no thread
            }

            if (HasEnded)
            {
                GiveUp();
            }

            return HasEnded;
        }
        catch
        {
            GiveUp();   // the ring was closed, or there is no memory
            throw;
        }
    }

    /// <summary>A wake may have been meant for another waiter, which still needs it, so it is passed on.</summary>
    public void GiveUp() => _registration.Withdraw(_attempt.Ring, _attempt.WaitsFor);
}

/// <summary>The operation that a <see cref="RingRule{TAttempt}"/> attempts.</summary>
internal interface IRingAttempt
{
    MessageRing Ring { get; }

    RingWait WaitsFor { get; }

    /// <inheritdoc cref="ISharedRule.Wanted"/>
    static virtual string Wanted => "";

    /// <param name="sleepOn">After a failure: the word that changes when another attempt is worthwhile.</param>
    RingOutcome Try(out FutexPoint sleepOn);
}

/// <summary>Takes the next message.</summary>
internal struct GetAttempt(MessageRing ring) : IRingAttempt
{
    private Message _message;

    static string IRingAttempt.Wanted => "an item of ";

    public readonly MessageRing Ring => ring;

    public readonly RingWait WaitsFor => RingWait.Get;

    public readonly Message Message => _message;

    public RingOutcome Try(out FutexPoint sleepOn) => ring.TryGet(out _message, out sleepOn);
}

/// <summary>Puts a message.</summary>
internal readonly struct PutAttempt(MessageRing ring, MessageBuffer message) : IRingAttempt
{
    static string IRingAttempt.Wanted => "room in ";

    public MessageRing Ring => ring;

    public RingWait WaitsFor => RingWait.Put;

    public RingOutcome Try(out FutexPoint sleepOn) => ring.TryPut(message, out sleepOn);
}

/// <summary>Succeeds once all messages are declared done.</summary>
internal readonly struct JoinAttempt(MessageRing ring) : IRingAttempt
{
    public MessageRing Ring => ring;

    public RingWait WaitsFor => RingWait.Join;

    public RingOutcome Try(out FutexPoint sleepOn) => ring.IsAllDone(out sleepOn) ? RingOutcome.Done : RingOutcome.Wait;
}

/// <summary>The outcome of one attempt to put a message or to get one.</summary>
internal enum RingOutcome
{
    /// <summary>It was put, or got.</summary>
    Done,

    /// <summary>There is no room, or no message.</summary>
    Wait,

    /// <summary>Another thread is at work.</summary>
    Busy,

    /// <summary>The ring is shut down; nothing more will come.</summary>
    Ended,
}

/// <summary>What a caller waits for at a ring.</summary>
internal enum RingWait
{
    /// <summary>A message.</summary>
    Get,

    /// <summary>Room for one.</summary>
    Put,

    /// <summary>All messages being declared done.</summary>
    Join,
}

/// <summary>An awaited rule, kept here so that its result can be read afterwards.</summary>
internal sealed class SharedCall<TRule>(TRule rule)
    where TRule : struct, ISharedRule
{
    private TRule _rule = rule;   // used by one thread at a time: those that try it, then the one that reads the result

    public ref TRule Rule => ref _rule;

    public ValueTask<bool> WaitAsync(IShared owner, TimeSpan timeout, CancellationToken token) =>
        SharedWait.WaitAsync(owner, new Reference(this), timeout, token);

    /// <summary>
    /// How many callers in this process await this rule of the object and have not tried yet, so that nothing in shared memory counts them.
    /// </summary>
    public static int CountBehindHead(IShared owner) => AwaitingLine<Reference>.Find(owner)?.CountBehindHead ?? 0;

    private readonly struct Reference(SharedCall<TRule> call) : ISharedRule
    {
        static string ISharedRule.Wanted => TRule.Wanted;

        public bool TryTake(out FutexPoint sleepOn) => call._rule.TryTake(out sleepOn);

        public void GiveUp() => call._rule.GiveUp();
    }
}
