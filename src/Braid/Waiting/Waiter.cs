namespace Braid.Waiting;

/// <summary>How a wait stands.</summary>
internal enum WaitState
{
    /// <summary>Not settled: enqueued, or about to be.</summary>
    Waiting,

    /// <summary>It was granted what it waited for.</summary>
    Granted,

    /// <summary>Its time was up first.</summary>
    TimedOut,

    /// <summary>Its token was cancelled first.</summary>
    Cancelled,

    /// <summary>It can never be given what it waits for; <see cref="Waiter.Failure"/> says why.</summary>
    Refused,
}

/// <summary>One wait: a parked thread or a suspended await, enqueued in one <see cref="WaitQueue"/>.</summary>
internal abstract class Waiter
{
    /// <summary>All waiters that exist, so that the wait graph can ask each what it waits for. A waiter enters when it is made, never in a wait.</summary>
    internal static readonly WeakRegistry<Waiter> Registry = new();

    internal const long NoTicket = -1;

    static Waiter() => SignalDump.StartIfAsked();

    protected Waiter() => Registry.Add(this);

    /// <summary>Neighbours in the queue. Guarded by the queue's gate.</summary>
    internal Waiter? Next, Previous;

    /// <summary>The queue it stands in, or null. Written under that queue's gate; the wait graph reads it without.</summary>
    internal volatile WaitQueue? Queue;

    /// <summary>Guarded by the gate of the queue it waits on.</summary>
    internal WaitState State;

    /// <summary>Why it was refused. Written with <see cref="State"/>.</summary>
    internal Exception? Failure;

    /// <summary>A number handed over with the grant. Guarded like <see cref="State"/>.</summary>
    internal long Ticket = NoTicket;

    /// <summary>Link of the gate's list of wakes. Guarded by the gate while the list grows, then owned by the waker.</summary>
    internal Waiter? NextWake;

    /// <summary>Lets the wait go on. Called once for each <see cref="Gate.WakeAfter"/>, outside every gate.</summary>
    internal abstract void Wake();
}
