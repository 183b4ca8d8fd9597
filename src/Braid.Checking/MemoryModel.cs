namespace Braid.Checking;

/// <summary>The order in which the threads of a run see each other's writes.</summary>
public enum MemoryModel
{
    /// <summary>Each write is seen by all threads at once (sequential consistency). The default.</summary>
    Sequential,

    /// <summary>
    /// Total store order, as on x86 processors: a volatile write of the program goes into its thread's store buffer and reaches the other
    /// threads later, in order, perhaps after volatile reads of other locations that the thread makes meanwhile. Everything but plain and
    /// volatile accesses is a full fence, before which the buffer is emptied: <see cref="Interlocked"/>, locks, waits, the end of a thread.
    /// </summary>
    Tso,
}
