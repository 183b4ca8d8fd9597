namespace Braid.Multiprocessing;

/// <summary>The contents of a segment; written into its head, and compared when it is opened.</summary>
internal enum SegmentKind
{
    ProcessTable = 1,
    Channel,
    Payload,
    Lock,
    RLock,
    Condition,
    Semaphore,
    Event,
    Barrier,
    Queue,
    Pipe,
    Value,
    Array,
}
