namespace Braid.Checking.Engine;

/// <summary>What a controlled thread is about to do. The scheduler is asked before it does so.</summary>
internal enum OperationKind : byte
{
    /// <summary>The first step of a thread.</summary>
    Start,
    Read,
    Write,

    /// <summary>An atomic read and write: Interlocked, or one call of a collection that is atomic as a whole.</summary>
    Update,

    /// <summary>Takes a lock; possible only while it is free.</summary>
    Acquire,

    /// <summary>Takes a lock if it is free now.</summary>
    TryAcquire,
    Release,

    /// <summary>Gives a monitor back and waits for a pulse.</summary>
    Wait,
    Pulse,
    PulseAll,

    /// <summary>Takes a permit; possible only while there is one.</summary>
    Take,

    /// <summary>Takes a permit if there is one now.</summary>
    TryTake,
    Give,

    /// <summary>A write goes into the store buffer of its thread; its landing is a <see cref="Write"/>. No scheduling point.</summary>
    Buffer,

    /// <summary>Waits for an event to be set.</summary>
    AwaitSignal,
    Signal,
    Reset,
    Join,
    Spawn,

    /// <summary>The end of a thread.</summary>
    Complete,

    /// <summary>Lets others go first: a spin, a yield, a sleep of no time.</summary>
    Yield,
    Sleep,
    Interrupt,
    Fence,

    /// <summary>An async method is suspended until a task completes; no scheduling point.</summary>
    Await,

    /// <summary>A call of a scenario takes its first step; a scheduling point only if a call has no other.</summary>
    Call,

    /// <summary>A call of a scenario has ended; no scheduling point.</summary>
    Return,
}
