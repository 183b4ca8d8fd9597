namespace Braid.Soundness;

/// <summary>What an operation does to its object.</summary>
internal enum Verb
{
    Read,
    Write,
    Increment,
    Exchange,
    CompareExchange,
    VolatileRead,
    VolatileWrite,
    Enter,
    TryEnter,
    Exit,
    Wait,
    Pulse,
    PulseAll,
    Set,
    Reset,
    IsSet,
    Release,
    CurrentCount,
    Dispose,
    Add,
    Count,
    Clear,
    First,
    Contains,
    Put,
    TryGet,
    Remove,
    TryAdd,
    TryUpdate,
    TryTake,
    TryPeek,
    Take,
    Complete,

    /// <summary>A copy of all items is made.</summary>
    Items,

    /// <summary>The items are enumerated, one after the other.</summary>
    Walk,
    Cancel,
    IsCancelled,
    CancelAfter,

    /// <summary>The time of CancelAfter is up; no operation of the program, but what its timer does.</summary>
    CancelDue,
    Sleep,
    Yield,
    Start,
    Join,
}
