namespace Braid.Multiprocessing;

/// <summary>The callers in this process that await the same rule of one shared object.</summary>
internal abstract class AwaitingLine
{
    /// <summary>The thread that watches it, or null. Guarded by <see cref="AwaitingThread"/>'s gate.</summary>
    internal AwaitingThread? WatchedBy { get; set; }

    public abstract bool IsEmpty { get; }

    /// <summary>The word that changes when there may be something to take.</summary>
    public abstract FutexPoint SleepOn { get; }

    /// <summary>Serves every waiter that can take.</summary>
    public abstract void Pump();
}

/// <inheritdoc/>
/// <remarks>
/// It is a wait queue of this process whose waiters each have their own rule: every attempt accesses shared memory. If
/// <typeparamref name="TRule"/> gives to any waiter, only the head tries, and the others queue behind it; if each waiter waits for
/// something of its own (<see cref="IPersonalRule"/>), all of them try. The line sleeps on the word of the first attempt that fails: a
/// personal rule names the same word for all waiters, and a later attempt has read that word no earlier.
/// </remarks>
internal sealed class AwaitingLine<TRule> : AwaitingLine
    where TRule : struct, ISharedRule
{
    private static readonly ConditionalWeakTable<IShared, AwaitingLine<TRule>> s_lines = [];
    private static readonly bool s_isPersonal = default(TRule) is IPersonalRule;

    private readonly IShared _owner;
    private readonly WaitQueue _queue;
    private FutexPoint _sleepOn;         // guarded by the queue's gate

    private AwaitingLine(IShared owner)
    {
        _owner = owner;
        _queue = new WaitQueue(new Gate(), owner, TRule.Wanted);
    }

    public Segment Segment => _owner.Segment;

    public override bool IsEmpty => _queue.WaiterCount == 0;

    /// <summary>The number of waiters behind the head. They have not tried yet, so the shared object does not count them.</summary>
    public int CountBehindHead => Math.Max(0, _queue.WaiterCount - 1);

    public override FutexPoint SleepOn
    {
        get
        {
            using Gate.Scope held = _queue.Gate.Enter();
            return _sleepOn;
        }
    }

    public static AwaitingLine<TRule> Of(IShared owner) => s_lines.GetValue(owner, static owner => new AwaitingLine<TRule>(owner));

    /// <summary>The line of an object, if the object was ever awaited in this process.</summary>
    public static AwaitingLine<TRule>? Find(IShared owner) => s_lines.TryGetValue(owner, out AwaitingLine<TRule>? line) ? line : null;

    public RuleWaiter<TRule> Enqueue(in TRule rule, TimeSpan timeout, CancellationToken token)
    {
        RuleWaiter<TRule> waiter = RuleWaiter<TRule>.Rent(this, rule);
        Enqueue(waiter, timeout, token);
        return waiter;
    }

    /// <summary>Enqueues a waiter that was made for this line.</summary>
    public void Enqueue(RuleWaiter<TRule> waiter, TimeSpan timeout, CancellationToken token)
    {
        var serving = new Serving(this);
        _queue.WaitAsync(waiter, ref serving, timeout, token);
        if (!IsEmpty)
        {
            AwaitingThread.Watch(this);
        }
    }

    public override void Pump()
    {
        using Gate.Scope held = _queue.Gate.Enter();
        PumpUnderGate();
    }

    /// <summary>Ends a wait that is not settled yet, after a last attempt, so that a grant it already received is not lost.</summary>
    /// <remarks>Both happen in one stay under the gate: once it is left, a settled waiter may be in use for another wait.</remarks>
    public void GiveUp(RuleWaiter<TRule> waiter, WaitState reason)
    {
        using Gate.Scope held = _queue.Gate.Enter();
        PumpUnderGate();
        _queue.GiveUpUnderGate(waiter, reason);
    }

    private void PumpUnderGate()
    {
        var serving = new Serving(this);
        _sleepOn = default;
        if (s_isPersonal)
        {
            _queue.ServeAll(ref serving);
        }
        else
        {
            _queue.ServeHead(ref serving);
        }
    }

    private readonly struct Serving(AwaitingLine<TRule> line) : IRule
    {
        public bool KeepsOrder => !s_isPersonal;

        public bool LooksReady() => false;

        public bool TryTake(bool othersWait) => false;

        public bool CanTake() => false;

        public bool TryServe(AsyncWaiter waiter, bool othersWait)
        {
            if (((RuleWaiter<TRule>)waiter).TryTake(line._owner, out FutexPoint sleepOn))
            {
                return true;
            }

            if (!s_isPersonal || !othersWait || line._sleepOn.Word == 0)
            {
                line._sleepOn = sleepOn;
            }

            return false;
        }
    }
}
