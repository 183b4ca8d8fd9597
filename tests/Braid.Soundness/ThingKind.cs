namespace Braid.Soundness;

/// <summary>The kinds of object that the threads of a program share.</summary>
internal enum ThingKind
{
    /// <summary>A plain field.</summary>
    Field,

    /// <summary>A volatile field.</summary>
    Volatile,

    /// <summary>An object with one field of a type parameter, which is a reference here: to publish one is no fault.</summary>
    Box,

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

    /// <summary>A ConcurrentDictionary whose values are references.</summary>
    ConcurrentTexts,
    ConcurrentQueue,
    ConcurrentStack,
    ConcurrentBag,
    BlockingCollection,
    CancellationTokenSource,
    Timer,
}
