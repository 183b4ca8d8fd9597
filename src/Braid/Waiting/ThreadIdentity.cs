namespace Braid.Waiting;

/// <summary>
/// Identifies the thread that holds a lock. The managed id alone is not sufficient: it is reused soon after its thread has ended, and a
/// lock still held at that point would belong to the new thread.
/// </summary>
/// <remarks>
/// <code>
///   upper half   lower half
///   number       managed id times 2     the number counts the threads that ever asked here, from 1
/// </code>
/// No two living threads have the same identity, since their managed ids differ, and a thread that has ended is mistaken for another only
/// after exactly four thousand million others. Reading it costs as much as reading the managed id.
/// </remarks>
internal static class ThreadIdentity
{
    private static int s_count;        // by Interlocked

    [ThreadStatic]
    private static long t_current;     // 0: not assigned yet

    public static long Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => t_current is not 0 and long current ? current : Make();
    }

    public static int ManagedIdOf(long identity) => (int)((uint)identity >> 1);

    private static long Make() =>
        // All that matters is that no number is given twice; nothing is ordered by it.
        t_current = ((long)Interlocked.Increment(ref s_count) << 32) | ((uint)Environment.CurrentManagedThreadId << 1);
}
