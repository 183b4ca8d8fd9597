namespace Braid.Checking.Engine;

/// <summary>What a controlled thread is about to do. Most kinds are scheduling points.</summary>
internal enum OperationKind : byte
{
    /// <summary>The first step of a thread.</summary>
    Start,
    Read,
    Write,

    /// <summary>An atomic read and write: Interlocked, or one call of a collection that is atomic as a whole.</summary>
    Update,

    /// <summary>Acquires a lock; enabled only while it is free.</summary>
    Acquire,

    /// <summary>Acquires a lock if it is free now.</summary>
    TryAcquire,
    Release,

    /// <summary>Releases a monitor and waits for a pulse.</summary>
    Wait,
    Pulse,
    PulseAll,

    /// <summary>Acquires a permit; enabled only while one is free.</summary>
    Take,

    /// <summary>Acquires a permit if one is free now.</summary>
    TryTake,
    Give,

    /// <summary>A write enters the store buffer of its thread; when it lands, that is a <see cref="Write"/>. No scheduling point.</summary>
    Buffer,

    /// <summary>Waits for an event to be set.</summary>
    AwaitSignal,
    Signal,
    Reset,
    Join,
    Spawn,

    /// <summary>The end of a thread.</summary>
    Complete,

    /// <summary>Lets other threads go first: a spin, a yield, a sleep of zero.</summary>
    Yield,
    Sleep,
    Interrupt,
    Fence,

    /// <summary>An async method is suspended until a task completes; no scheduling point.</summary>
    Await,

    /// <summary>A call of a scenario takes its first step; a scheduling point only if some call has no other.</summary>
    Call,

    /// <summary>A call of a scenario has ended; no scheduling point.</summary>
    Return,
}
