namespace Braid.Threading;

/// <summary>
/// A meeting point for a fixed number of parties: each waits until the last one has arrived, then all go on. It can be reused.
/// </summary>
/// <remarks>
/// <para>
/// The parties of a round are the first <see cref="Parties"/> to arrive, in order. The last of them runs the action, outside all locks;
/// then all are released at once, each with its position as its number. Later arrivals queue for the next round; if there are already
/// enough of them, the last is woken to act in turn. So rounds never mix and actions never overlap.
/// </para>
/// <para>
/// A wait that times out breaks the barrier for all parties, as in Python. A party whose wait is cancelled or interrupted merely leaves, as
/// in asyncio. <see cref="Release"/> lets the waiting parties go on without the others. Everything written before a wait is visible after
/// it to every party of the round.
/// </para>
/// <para>Python counterpart: <c>threading.Barrier</c>, <c>asyncio.Barrier</c>.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Barrier : IBarrier
{
    private const string PartyTimedOut = "The barrier is broken: a party timed out. Reset() makes it usable again.";
    private const string WasReset = "The barrier was reset while this party waited.";

    private readonly WaitQueue _waiters;
    private readonly Action? _action;
    private readonly TimeSpan _timeout;
    // guarded by the waiters' gate; a reset or a break ends the round too. Its negative is a ticket to act, and -1 is none
    private long _round = 2;
    private int _breaks;   // guarded by the waiters' gate: counts breaks and resets, so that an earlier party does not break a later round
    private bool _isActing;         // guarded by the waiters' gate: the last party of the round has arrived and runs the action
    private string? _whyBroken;     // guarded by the waiters' gate; null: not broken

    /// <summary>Creates a barrier.</summary>
    /// <param name="parties">How many parties must arrive before all go on; 1 or more.</param>
    /// <param name="action">
    /// Runs once a round, on the last party to arrive, before any is released. If it throws, that party gets the exception and the barrier
    /// is broken.
    /// </param>
    /// <param name="timeout">How long a wait without its own timeout may last; null, the default, for no limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="parties"/> is less than 1, or the timeout is negative and not infinite.
    /// </exception>
    public Barrier(int parties, Action? action = null, TimeSpan? timeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parties, 1);
        _timeout = timeout ?? Timeout.InfiniteTimeSpan;
        Deadline.Check(_timeout, nameof(timeout));
        Parties = parties;
        AsyncVoid.Refuse(action, "The action must have ended when the barrier opens; let it block.");
        _action = action;
        _waiters = new WaitQueue(new Gate(), this);
    }

    /// <inheritdoc/>
    public int Parties { get; }

    /// <inheritdoc/>
    public int Waiting
    {
        get
        {
            using Gate.Scope held = _waiters.Gate.Enter();
            return _isActing ? 0 : _waiters.WaiterCount;
        }
    }

    /// <inheritdoc/>
    public bool Broken
    {
        get
        {
            using Gate.Scope held = _waiters.Gate.Enter();
            return _whyBroken is not null;
        }
    }

    internal int WaiterCount => _waiters.WaiterCount;

    /// <inheritdoc/>
    public int Wait(CancellationToken token = default) =>
        TryWait(out int index, _timeout, token) ? index : throw new BrokenBarrierException(PartyTimedOut);

    /// <inheritdoc/>
    public bool TryWait(out int index, TimeSpan timeout, CancellationToken token = default)
    {
        var deadline = Deadline.After(timeout);
        token.ThrowIfCancellationRequested();
        index = -1;
        ThreadWaiter? waiter = null;
        long round;
        int breaks;
        using (_waiters.Gate.Enter())
        {
            ThrowIfBroken();
            breaks = _breaks;
            round = BeginActing();
            if (round == 0)
            {
                waiter = _waiters.EnqueueThread();
            }
        }

        if (waiter is not null)
        {
            var never = default(NothingToTake);
            if (!_waiters.WaitEnqueued(waiter, ref never, deadline, token) && !HasPassed(waiter.Ticket, breaks))
            {
                return false;
            }

            if (waiter.Ticket >= 0)
            {
                index = IndexOf(waiter.Ticket);
                return true;
            }

            round = -waiter.Ticket;
        }

        index = Act(round, breaks);
        return true;
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<int> WaitAsync(CancellationToken token = default) =>
        await TryWaitAsync(_timeout, token).ConfigureAwait(false) is (true, var index)
            ? index
            : throw new BrokenBarrierException(PartyTimedOut);

    /// <inheritdoc/>
    public ValueTask<(bool Success, int Index)> TryWaitAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return WaitAsync(timeout, token);
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<(bool Success, int Index)> WaitAsync(TimeSpan timeout, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        CallerContext caller = CallerContext.Current;
        TicketWaiter waiter = TicketWaiter.Rent();
        var arrival = new Arrival(this);
        _waiters.WaitAsync(waiter, ref arrival, timeout, token);
        ValueTask<(bool Granted, long Ticket)> turn = waiter.AsTask();
        bool waits = !turn.IsCompleted;      // otherwise this is still the caller's own call
        (bool granted, long ticket) = await turn.ConfigureAwait(false);
        if (!granted && !HasPassed(ticket, arrival.Breaks))
        {
            return (false, -1);
        }

        if (ticket >= 0)
        {
            return (true, IndexOf(ticket));
        }

        if (waits && _action is not null)
        {
            await caller;
        }

        return (true, Act(-ticket, arrival.Breaks));
    }

    /// <inheritdoc/>
    public void Abort()
    {
        using Gate.Scope held = _waiters.Gate.Enter();
        BreakUnderGate("The barrier is broken: it was aborted. Reset() makes it usable again.");
    }

    /// <inheritdoc/>
    public void Reset()
    {
        using Gate.Scope held = _waiters.Gate.Enter();
        EndRound(WasReset);
        _whyBroken = null;
    }

    /// <inheritdoc/>
    public int Release()
    {
        using Gate.Scope held = _waiters.Gate.Enter();
        Waiter? party = _waiters.Head;
        int waiting = _waiters.WaiterCount;
        for (; party is { Ticket: >= 0 }; party = party.Next)
        {
            waiting--;               // of the acting round
        }

        for (int full = waiting - (waiting % Parties); full > 0; full--)
        {
            party = party!.Next;     // of rounds that are full and wait for their turn to act
        }

        int released = 0;
        while (party is not null)
        {
            Waiter? next = party.Next;
            party.Ticket = released++;
            _waiters.Grant(party);
            party = next;
        }

        return released;
    }

    /// <summary>"broken", or how many of the parties are waiting.</summary>
    public override string ToString() => StateText.Of(this);

    /// <summary>Starts the action if the caller is the last of its round. Under the gate.</summary>
    /// <returns>The round to act for; 0 if the caller has to wait.</returns>
    private long BeginActing()
    {
        if (_isActing || _waiters.WaiterCount < Parties - 1)
        {
            return 0;
        }

        NumberTheRound();
        return _round;
    }

    /// <summary>
    /// Starts the action: numbers the parties of the round except the last, which distinguishes them from later arrivals.
    /// </summary>
    /// <returns>The waiter after them.</returns>
    private Waiter? NumberTheRound()
    {
        _isActing = true;
        Waiter? waiter = _waiters.Head;
        for (int index = 0; index < Parties - 1; index++)
        {
            waiter!.Ticket = (_round * Parties) + index;
            waiter = waiter.Next;
        }

        return waiter;
    }

    /// <summary>Runs the action as the last party of a round, and releases the others.</summary>
    /// <returns>The caller's number.</returns>
    private int Act(long round, int breaks)
    {
        try
        {
            _action?.Invoke();
        }
        catch
        {
            Break("The barrier is broken: its action failed. Reset() makes it usable again.", breaks);
            throw;
        }

        using Gate.Scope held = _waiters.Gate.Enter();
        if (round != _round)
        {
            throw new BrokenBarrierException(_whyBroken ?? WasReset);
        }

        while (_waiters.Head is { Ticket: >= 0 } party)
        {
            _waiters.Grant(party);
        }

        _round++;
        _isActing = false;
        if (_waiters.WaiterCount >= Parties)
        {
            Waiter last = NumberTheRound()!;    // the next round is already full: its last party acts
            last.Ticket = -_round;
            _waiters.Grant(last);
        }

        return Parties - 1;
    }

    private int IndexOf(long ticket) => (int)(ticket % Parties);

    /// <summary>
    /// Decides for a party whose time is up and that has left its wait. If it is of a round that has ended meanwhile, whose last party did
    /// not know that it had left, it passes, as all do; otherwise none of its round passes: the barrier breaks.
    /// </summary>
    private bool HasPassed(long ticket, int breaks)
    {
        using Gate.Scope held = _waiters.Gate.Enter();
        if (breaks != _breaks)
        {
            return false;
        }

        bool hasEnded = ticket >= 0 && ticket / Parties < _round;
        if (!hasEnded)
        {
            BreakUnderGate(PartyTimedOut);
        }

        return hasEnded;
    }

    /// <summary>Breaks the barrier for a party, unless it was broken or reset since that party arrived.</summary>
    private void Break(string why, int breaks)
    {
        using Gate.Scope held = _waiters.Gate.Enter();
        if (breaks == _breaks)
        {
            BreakUnderGate(why);
        }
    }

    private void BreakUnderGate(string why)
    {
        EndRound(why);
        _whyBroken = why;
    }

    private void EndRound(string why)
    {
        _round++;
        _breaks++;
        _isActing = false;
        _waiters.RefuseAll(() => new BrokenBarrierException(why));
    }

    private void ThrowIfBroken()
    {
        if (_whyBroken is not null)
        {
            throw new BrokenBarrierException(_whyBroken);
        }
    }

    /// <summary>The arrival of an awaiting party, which is refused, acts, or is enqueued.</summary>
    private struct Arrival(Barrier barrier) : IRule
    {
        public int Breaks;

        public bool TryServe(AsyncWaiter waiter, bool othersWait)
        {
            Breaks = barrier._breaks;
            if (barrier._whyBroken is { } why)
            {
                waiter.Failure = new BrokenBarrierException(why);
                return true;
            }

            long round = barrier.BeginActing();
            if (round == 0)
            {
                return false;
            }

            waiter.Ticket = -round;
            return true;
        }

        public readonly bool TryTake(bool othersWait) => false;

        public readonly bool KeepsOrder => false;

        public readonly bool LooksReady() => false;

        public readonly bool CanTake() => false;
    }
}
