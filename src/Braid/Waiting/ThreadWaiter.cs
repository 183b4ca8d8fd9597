namespace Braid.Waiting;

/// <summary>Why a parked thread stopped sleeping.</summary>
internal enum Unparked
{
    /// <summary>Another thread woke it.</summary>
    Woken,

    /// <summary>Its deadline passed.</summary>
    TimedOut,

    /// <summary>Its token was cancelled.</summary>
    Cancelled,

    /// <summary>Its thread was interrupted.</summary>
    Interrupted,

    /// <summary>It stopped for a periodic check, having waited long, and continues to wait.</summary>
    Rechecked,
}

/// <summary>What may end a thread's wait besides the event for which it waits.</summary>
internal enum WaitLimit
{
    /// <summary>Not set yet.</summary>
    Unknown,

    /// <summary>A timeout.</summary>
    Timeout,

    /// <summary>A token.</summary>
    Token,

    /// <summary>Nothing except interrupts.</summary>
    None,
}

/// <summary>
/// A thread that waits by sleeping. A thread blocks at one place at a time, so it owns one of these and uses it for every wait.
/// </summary>
/// <remarks>
/// Orders: a wake is an exchange of <c>_wake</c>, and each step of the sleeper a compare-exchange or a read inside the monitor, so every
/// wake is found once: by the step that begins the sleep, by the sleeper in the monitor, from inside which the pulse comes, or by the step
/// that abandons the sleep. If a wake were a plain store, its reader could miss <see cref="Parked"/>: there would be no pulse, and the
/// thread would sleep on. The exchange is also a release of what the waker has settled, although the gate, taken by both, orders that
/// already.
/// </remarks>
internal sealed class ThreadWaiter : Waiter
{
    /// <summary>After this many wakes that found nothing left to take, no newcomer may barge past this waiter any more.</summary>
    private const int MaxFailedWakes = 4;

    private const int Awake = 0;
    private const int Parked = 1;
    private const int WokenUp = 2;

    [ThreadStatic]
    private static ThreadWaiter? t_mine;

    [ThreadStatic]
    private static bool t_defersInterrupts;

    private int _wake;             // Awake -> Parked by the thread; anything -> WokenUp by the waker; back to Awake by the thread
    private int _failedWakes;      // guarded by the queue's gate

    private ThreadWaiter()
    {
    }

    internal System.Threading.Thread Thread { get; } = System.Threading.Thread.CurrentThread;

    /// <summary>A wake is on its way, or its thread runs and has not checked yet. Guarded by the queue's gate.</summary>
    internal bool Signalled { get; set; }

    /// <summary>A wake was promised that its thread has not consumed yet. Guarded by the queue's gate.</summary>
    internal bool IsOwedAWake { get; set; }

    /// <summary>What may end its wait besides a grant. Written by its thread; the wait graph reads it.</summary>
    internal volatile WaitLimit Limit;

    /// <summary>
    /// Counts its waits, incremented before each is enqueued. Written by its thread; it tells the wait graph whether a wait is still the
    /// same.
    /// </summary>
    internal volatile int Turn;

    /// <summary>The turn in which its wait was last reported as part of a possible deadlock. Guarded by the deadlock watch.</summary>
    internal int ReportedTurn { get; set; }

    /// <summary>
    /// What its thread sleeps for in the kernel, together with other processes, and which part of it; null if it does not. Written by its
    /// thread; the wait graph reads it.
    /// </summary>
    internal volatile SharedTarget? Shared;

    /// <summary>The identity of its thread for locks.</summary>
    internal long Identity { get; } = ThreadIdentity.Current;

    /// <summary>An interrupt arrived too late for this wait, and is kept for the next one. Its thread only.</summary>
    internal bool IsOwedAnInterrupt { get; set; }

    /// <summary>Its thread has not read the outcome of its wait yet. Its thread only.</summary>
    internal bool IsInUse { get; set; }

    /// <summary>No newcomer may barge past it. Guarded by the queue's gate.</summary>
    internal bool IsStarving => _failedWakes >= MaxFailedWakes;

    /// <summary>The calling thread's waiter.</summary>
    internal static ThreadWaiter ForCurrentThread()
    {
        // Read outside every gate: only this thread enqueues its waiter, and while it is enqueued or owed a wake this thread is inside that
        // wait.
        ThreadWaiter waiter = t_mine ??= new ThreadWaiter();
        if (waiter.Queue is not null || waiter.IsOwedAWake || waiter.IsInUse)
        {
            // an override of a queue, or a listener, that was called in the middle of a wait waits itself
            return t_mine = new ThreadWaiter();
        }

        waiter.Limit = WaitLimit.Unknown;
        waiter.Turn++;
        waiter.State = WaitState.Waiting;
        waiter.Failure = null;
        waiter.Ticket = NoTicket;
        waiter.Signalled = false;
        waiter._failedWakes = 0;
        return waiter;
    }

    /// <summary>
    /// Shows in the wait graph that the calling thread sleeps for something in the kernel, until <see cref="EndShared"/>.
    /// </summary>
    internal static ThreadWaiter BeginShared(object target, string wanted)
    {
        ThreadWaiter waiter = ForCurrentThread();
        waiter.IsInUse = true;
        waiter.Shared = new SharedTarget(target, wanted);
        return waiter;
    }

    internal void EndShared()
    {
        Shared = null;
        IsInUse = false;
    }

    /// <summary>Defers <see cref="System.Threading.Thread.Interrupt"/> on the calling thread while it runs on behalf of others.</summary>
    /// <returns>Whether interrupts were deferred before.</returns>
    internal static bool DeferInterrupts(bool deferred)
    {
        bool before = t_defersInterrupts;
        t_defersInterrupts = deferred;
        return before;
    }

    internal void MarkStarving() => _failedWakes = MaxFailedWakes;

    /// <summary>Ends an unsuccessful attempt; from here on it must be signalled anew. Under the gate.</summary>
    internal void OnFailedWake()
    {
        Debug.Assert(Queue!.Gate.IsHeld);
        if (Signalled)
        {
            Signalled = false;
            _failedWakes++;
        }
    }

    internal override void Wake()
    {
        if (Interlocked.Exchange(ref _wake, WokenUp) == Parked)
        {
            UninterruptibleMonitor.Pulse(this);
        }
    }

    /// <summary>Makes a cancellation end the sleep. Dispose the registration outside all gates.</summary>
    internal CancellationTokenRegistration Watch(CancellationToken token) =>
        token.CanBeCanceled ? token.UnsafeRegister(static waiter => UninterruptibleMonitor.Pulse(waiter!), this) : default;

    /// <summary>
    /// Sleeps until woken, at the latest until the deadline, the cancellation or an interrupt. A wake that came before counts.
    /// </summary>
    internal Unparked Park(Deadline deadline, CancellationToken token)
    {
        if (Interlocked.CompareExchange(ref _wake, Parked, Awake) == Awake)
        {
            Unparked sleep = Sleep(deadline, token);
            if (sleep == Unparked.Interrupted && t_defersInterrupts)
            {
                IsOwedAnInterrupt = true;
                sleep = Unparked.Rechecked;
            }

            if (sleep != Unparked.Woken && Interlocked.CompareExchange(ref _wake, Awake, Parked) == Parked)
            {
                return sleep;
            }

            IsOwedAnInterrupt |= sleep == Unparked.Interrupted;
        }

        Volatile.Write(ref _wake, Awake);   // the exchange that ended the sleep came before; the next wake needs a new signal
        return Unparked.Woken;
    }

    /// <summary>Consumes a wake that is certain to come, so that it cannot strike the next wait.</summary>
    internal void AwaitWake()
    {
        while (Park(Deadline.Never, CancellationToken.None) != Unparked.Woken)
        {
            IsOwedAnInterrupt = true;
        }

        IsOwedAWake = false;
    }

    /// <summary>Raises an interrupt again that came too late for the wait that ends here.</summary>
    internal void PassOnInterrupt()
    {
        if (IsOwedAnInterrupt)
        {
            IsOwedAnInterrupt = false;
            Thread.Interrupt();
        }
    }

    private Unparked Sleep(Deadline deadline, CancellationToken token)
    {
        bool entered = false;
        try
        {
            Monitor.Enter(this, ref entered);
            while (Volatile.Read(ref _wake) == Parked)
            {
                if (token.IsCancellationRequested)
                {
                    return Unparked.Cancelled;
                }

                int left = deadline.MillisecondsLeft;
                if (left == 0)
                {
                    return Unparked.TimedOut;
                }

                Monitor.Wait(this, left);
            }

            return Unparked.Woken;
        }
        catch (ThreadInterruptedException)
        {
            return Unparked.Interrupted;
        }
        finally
        {
            if (entered)
            {
                Monitor.Exit(this);
            }
        }
    }
}

/// <summary>What a thread sleeps for in the kernel.</summary>
/// <param name="Target">The shared object.</param>
/// <param name="Wanted">Which part of it, phrased to precede its name.</param>
internal sealed record SharedTarget(object Target, string Wanted);
