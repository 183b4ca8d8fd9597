namespace Braid.Waiting;

/// <summary>The lock inside every lock: one word, and a wait queue once a caller had to wait.</summary>
/// <remarks>
/// <para>Values of the word:</para>
/// <code>
///   owner      waiters bit   meaning
///   0          0             free: any thread may take it with one compare-exchange
///   0          1             free, but taken only under the gate: there is a waiter that not every newcomer may pass
///   identity   0             held by that thread; released with one compare-exchange
///   identity   1             held; the release must come by the queue
///   Awaited    0 or 1        as above, held by an awaiting caller, which has no thread of its own
/// </code>
/// <para>
/// The bit is set only under the gate, by a thread that is about to wait or leaves others waiting. A holder that sees it releases under the
/// gate, so the bit cannot be set unnoticed: either the compare-exchange of the release fails, or the waiter's does and it finds the lock
/// free. While a woken thread is on its way the word is 0, so that the others keep to the short path meanwhile; that thread sets the bit
/// again when it takes the lock with others behind it, or when it finds it taken.
/// </para>
/// <para>
/// Memory: taking is a compare-exchange of <c>_word</c> (acquire), releasing too (release), so what the holder wrote is visible to the next
/// one on either path. A read of <c>_word</c> alone chooses what to try; the compare-exchange that follows fails if others were faster. The
/// stores of a release under the gate need no exchange: with the bit set, no other thread changes the word, and the store of 0 is a release
/// to a newcomer that takes the lock without the gate. <c>_queue</c> is published by compare-exchange, fully built; it is set before any
/// thread can set the bit, so a thread that has read the bit finds it by a plain read. Rejected: an exchange in the release, 4 ns faster,
/// because it opens the lock to newcomers before an awaiting waiter can be served and so breaks the order that asyncio promises.
/// </para>
/// </remarks>
internal struct LockCore
{
    private const long WaitersBit = 1;   // no identity has it
    private const long Awaited = int.MaxValue & ~WaitersBit;

    private long _word;              // by compare-exchange, by the table above
    private WaitQueue? _queue;       // set once, by the first thread that has to wait

    /// <summary>Creates the core of a lock whose waits are reported as those of another object.</summary>
    public LockCore(object owner) => _queue = new WaitQueue(new Gate(), owner);

    public readonly bool IsHeld => OwnerOf(Volatile.Read(in _word)) != 0;

    /// <summary>
    /// Whether the calling thread took it. Exact: only this thread can change the answer. Volatile because other threads change the waiters
    /// bit.
    /// </summary>
    public readonly bool IsHeldByCurrentThread => IsHeldBy(CurrentIdentity);

    /// <summary>The managed id of the thread that holds it; null if it is free or held by an awaiting caller.</summary>
    public readonly int? HolderId => HolderIdentity is not 0 and long owner ? ThreadIdentity.ManagedIdOf(owner) : null;

    /// <summary>The thread that holds it; 0 if it is free or held by an awaiting caller.</summary>
    public readonly long HolderIdentity => OwnerOf(Volatile.Read(in _word)) is not Awaited and long owner ? owner : 0;

    public readonly int WaiterCount => Volatile.Read(in _queue)?.WaiterCount ?? 0;

    private static long CurrentIdentity => ThreadIdentity.Current;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAcquireNow() => TryAcquireNow(CurrentIdentity);

    /// <param name="me">The calling thread's identity.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAcquireNow(long me) => Interlocked.CompareExchange(ref _word, me, 0) == 0;

    /// <summary><see cref="IsHeldByCurrentThread"/>, for a caller that knows its identity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsHeldBy(long me) => OwnerOf(Volatile.Read(in _word)) == me;

    public bool TryAcquire(object owner, TimeSpan timeout, CancellationToken token)
    {
        Deadline.Check(timeout);
        token.ThrowIfCancellationRequested();
        return TryAcquireNow() || (timeout == TimeSpan.Zero ? TryAcquireUnderGate() : AcquireSlow(owner, Deadline.After(timeout), token));
    }

    public bool AcquireSlow(object owner, Deadline deadline, CancellationToken token)
    {
        for (int turn = 0; turn < Spinning.WaitTurns; turn++)
        {
            Spinning.Pause();
            if (Volatile.Read(ref _word) == 0 && TryAcquireNow())
            {
                return true;
            }
        }

        var rule = new Rule(ref this);
        return QueueOf(owner).Park(ref rule, deadline, token);
    }

    public bool TryAcquireForAwaiter() => Interlocked.CompareExchange(ref _word, Awaited, 0) == 0;

    public SignalWaiter AcquireSlowAsync(object owner, TimeSpan timeout, CancellationToken token)
    {
        SignalWaiter waiter = SignalWaiter.Rent();
        var rule = new Rule(ref this);
        QueueOf(owner).WaitAsync(waiter, ref rule, timeout, token);
        return waiter;
    }

    /// <returns>False if it was not held.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Release() => Release(CurrentIdentity);

    /// <inheritdoc cref="Release()"/>
    /// <param name="me">The calling thread's identity.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Release(long me) => Interlocked.CompareExchange(ref _word, 0, me) == me || ReleaseSlow(fairly: false);

    /// <summary>Releases so that the waiter at the head, if there is one, is served before any other thread, the caller included.</summary>
    public bool ReleaseFairly() => ReleaseSlow(fairly: true);

    private static long OwnerOf(long word) => word & ~WaitersBit;

    private bool ReleaseSlow(bool fairly)
    {
        while (true)
        {
            long word = Volatile.Read(ref _word);
            if (OwnerOf(word) == 0)
            {
                return false;
            }

            bool released = (word & WaitersBit) != 0
                ? TryReleaseToWaiters(fairly)
                : Interlocked.CompareExchange(ref _word, 0, word) == word;
            if (released)
            {
                return true;
            }
        }
    }

    /// <returns>False if the word has changed meanwhile, as it does when another thread releases too; nothing is done.</returns>
    private bool TryReleaseToWaiters(bool fairly)
    {
        WaitQueue queue = _queue!;
        var rule = new Rule(ref this);
        using Gate.Scope held = queue.Gate.Enter();
        long word = Volatile.Read(ref _word);
        if ((word & WaitersBit) == 0 || OwnerOf(word) == 0)
        {
            return false;
        }

        if (fairly)
        {
            queue.MarkHeadStarving();
        }

        Volatile.Write(ref _word, WaitersBit);   // no exchange: with the bit set, only the gate's holder changes the word
        queue.ServeHead(ref rule);
        if (Volatile.Read(ref _word) == WaitersBit && queue.AllowsAsyncBarging)   // no waiter is present that a newcomer must not pass
        {
            Volatile.Write(ref _word, 0);
        }

        return true;
    }

    /// <summary>One attempt on a lock that is free but reserved; without the queue it is simply held.</summary>
    private bool TryAcquireUnderGate()
    {
        var rule = new Rule(ref this);
        return OwnerOf(Volatile.Read(ref _word)) == 0 && Volatile.Read(ref _queue) is { } queue && queue.TryNow(ref rule);
    }

    /// <summary>Under the gate: takes the lock if it is free; otherwise makes sure that its release goes through the queue.</summary>
    private bool TryOwnUnderGate(long newOwner, bool othersWait)
    {
        Debug.Assert(_queue!.Gate.IsHeld);
        long word = Volatile.Read(ref _word);
        while (true)
        {
            bool isFree = OwnerOf(word) == 0;
            long next = !isFree ? word | WaitersBit : othersWait ? newOwner | WaitersBit : newOwner;
            long seen = Interlocked.CompareExchange(ref _word, next, word);
            if (seen == word)
            {
                return isFree;
            }

            word = seen;
        }
    }

    private WaitQueue QueueOf(object owner) =>
        Volatile.Read(ref _queue) ?? Interlocked.CompareExchange(ref _queue, new WaitQueue(new Gate(), owner), null) ?? _queue;

    private readonly ref struct Rule(ref LockCore core) : IRule
    {
        private readonly ref LockCore _core = ref core;

        public bool KeepsOrder => true;

        public bool LooksReady() => !_core.IsHeld;

        public bool TryTake(bool othersWait) => _core.TryOwnUnderGate(CurrentIdentity, othersWait);

        public bool TryServe(AsyncWaiter waiter, bool othersWait) => _core.TryOwnUnderGate(Awaited, othersWait);

        public bool CanTake()
        {
            long word = Volatile.Read(ref _core._word);
            while (OwnerOf(word) != 0)
            {
                long seen = Interlocked.CompareExchange(ref _core._word, word | WaitersBit, word);
                if (seen == word)
                {
                    return false;
                }

                word = seen;
            }

            return true;
        }
    }
}
