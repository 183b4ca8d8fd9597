namespace Braid.Multiprocessing;

/// <summary>The kind of a segment's contents; stored in its header, and checked when it is opened.</summary>
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
