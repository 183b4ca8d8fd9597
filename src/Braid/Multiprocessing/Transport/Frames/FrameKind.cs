namespace Braid.Multiprocessing;

/// <summary>The kinds of messages between a parent and its worker.</summary>
internal static class FrameKind
{
    // parent to worker
    public const int Start = 1;        // a WorkerRole: what the worker is for, and its initializer
    public const int Task = 2;         // a delegate to be run; the id is the task's
    public const int Exit = 3;         // leave when everything before this is done

    // worker to parent
    public const int Hello = 16;       // the worker can receive messages
    public const int Ready = 17;       // the work that Start asked for is done
    public const int Began = 18;       // the task's delegate and its payload are open; sent for processes only
    public const int Result = 19;      // the task's result
    public const int Failure = 20;     // the exception that left the task
    public const int Progress = 21;    // a value the running task reports
    public const int Unsent = 22;      // the result, or the delegate, could not travel: an exception that says so

    /// <summary>Flag: the bytes are not here but in the segment that this message names.</summary>
    public const int InSegment = 0x100;

    /// <summary>Flag: the bytes are the next message of the large ring; for a request, of that of the large requests.</summary>
    public const int InLargeRing = 0x200;

    /// <summary>
    /// Flag: the value refers to shared memory of the sender. The handles follow the value, and the sender releases the memory when the
    /// message is consumed.
    /// </summary>
    public const int CarriesSegments = 0x400;

    /// <summary>Flag: the exception says that memory ran out.</summary>
    public const int RanOutOfMemory = 0x800;

    /// <summary>
    /// Flag of an answer: the worker has so much memory in use that it begins no more tasks, and waits to be told to leave.
    /// </summary>
    public const int IsFull = 0x1000;

    /// <summary>Flag of a task: it is a chunk of a map.</summary>
    public const int IsChunk = 0x2000;

    /// <summary>Flag of a chunk: each of its items has a time limit.</summary>
    public const int IsTimed = 0x8000;

    /// <summary>Flag of a result: the bytes are the next message of the items' ring.</summary>
    public const int InItemsRing = 0x4000;

    /// <summary>Flag of an answer: the task may have printed something, which must be passed on before the answer.</summary>
    public const int MayHavePrinted = 0x8000;

    public const int KindMask = 0xFF;

    /// <summary>
    /// All flags that a message from a worker may have; a worker that sends any other is killed. A test has the list of all constants, by
    /// sender.
    /// </summary>
    public const int OfResponses = KindMask | InLargeRing | CarriesSegments | RanOutOfMemory | IsFull | InItemsRing | MayHavePrinted;
}
