namespace Braid.Soundness;

/// <summary>The kinds of object that the threads of a program share.</summary>
internal enum ThingKind
{
    /// <summary>A plain field.</summary>
    Field,

    /// <summary>A volatile field.</summary>
    Volatile,

    /// <summary>A field for Interlocked and Volatile, which plain accesses may touch too.</summary>
    Atomic,
    Monitor,
    Lock,
    BraidLock,
    BraidRLock,
    ManualResetEventSlim,
    ManualResetEvent,
    AutoResetEvent,
    SemaphoreSlim,
    List,
    Dictionary,
    ConcurrentDictionary,
    ConcurrentQueue,
    ConcurrentStack,
    ConcurrentBag,
    BlockingCollection,
    CancellationTokenSource,
    Timer,
}
