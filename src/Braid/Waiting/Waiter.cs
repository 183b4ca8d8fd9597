namespace Braid.Waiting;

/// <summary>The state of a wait.</summary>
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

    /// <summary>What it waits for can never be given to it; <see cref="Waiter.Failure"/> is the reason.</summary>
    Refused,
}

/// <summary>One wait: a parked thread or a suspended await, enqueued in one <see cref="WaitQueue"/>.</summary>
internal abstract class Waiter
{
    /// <summary>
    /// All existing waiters, so that the wait graph can ask each what it waits for. A waiter is registered when it is created, never in a
    /// wait.
    /// </summary>
    internal static readonly WeakRegistry<Waiter> Registry = new();

    internal const long NoTicket = -1;

    static Waiter() => SignalDump.StartIfAsked();

    protected Waiter() => Registry.Add(this);

    /// <summary>Neighbours in the queue. Guarded by the queue's gate.</summary>
    internal Waiter? Next, Previous;

    /// <summary>The queue in which it waits, or null. Written under that queue's gate; the wait graph reads it without.</summary>
    internal volatile WaitQueue? Queue;

    /// <summary>Guarded by the gate of the queue it waits on.</summary>
    internal WaitState State;

    /// <summary>Why it was refused. Written with <see cref="State"/>.</summary>
    internal Exception? Failure;

    /// <summary>A number passed with the grant. Guarded like <see cref="State"/>.</summary>
    internal long Ticket = NoTicket;

    /// <summary>Link of the gate's list of wakes. Guarded by the gate while the list grows, then owned by the waker.</summary>
    internal Waiter? NextWake;

    /// <summary>Wakes the waiter. Called once for each <see cref="Gate.WakeAfter"/>, outside all gates.</summary>
    internal abstract void Wake();
}
