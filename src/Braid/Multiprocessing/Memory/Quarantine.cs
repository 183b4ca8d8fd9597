namespace Braid.Multiprocessing;

/// <summary>Mapped memory whose object is gone, but into which a span or a reference may still be in use.</summary>
/// <remarks>
/// <para>
/// The garbage collector does not see that a span points into memory of the system, so an object can be finalized while user code still
/// writes through one of its spans. The memory may not be unmapped, or its addresses reused, before that has ended: the write would crash
/// the process, or corrupt whatever has the address by then.
/// </para>
/// <para>
/// A span or a reference lives on the stack of one thread, and no new one can be obtained once the object is finalized. So the memory is
/// free once each thread that lived at that time has ended or has left all user code: a worker's main thread leaves it between two tasks,
/// and .NET's and Braid's own threads that run no user code are never in it. In a worker that is soon. If the program's main thread may
/// hold a span, it is never, and the memory stays mapped until the program ends; disposing of the object unmaps it at once.
/// </para>
/// <para>
/// A disposed object leaves private zeroes behind, so that a span used too late reads zeroes and does no harm. They cost only addresses;
/// the last 1024 are kept.
/// </para>
/// <para>
/// Everything here runs on the finalizer thread and needs no lock. The finalizer thread itself may hold a span while it runs a user's
/// finalizer, but no longer when it gets here again.
/// </para>
/// </remarks>
internal static unsafe class Quarantine
{
    private const int KeptZeroes = 1024;
    private const long FirstReportBytes = 64 << 20;

    /// <summary>Names of threads that run no user code, truncated as the kernel does.</summary>
    private static readonly string[] s_harmless =
    [
        ".NET SynchManag", ".NET EventPipe", ".NET SigHandler", ".NET Finalizer", ".NET Tiered Com", ".NET TP Gate", ".NET Timer",
        ".NET BGC", ".NET Server GC",
        "Braid spawner", "Braid superviso", "Braid monitor", "Braid alarm", "Braid shared wa",
    ];

    private static readonly List<Batch> s_batches = [];
    private static readonly System.Collections.Generic.Queue<Mapped> s_zeroes = new();
    private static List<Mapped> s_fresh = [];          // added since the last check
    private static bool s_isWatched;
    private static long s_reportedBytes = FirstReportBytes;

    private static int s_servingThread;                // written once: the kernel's number of a worker's main thread; 0 in other processes
    private static int s_taskTurns;                    // by that thread: odd while it runs a task

    // Orders: the store that makes s_taskTurns even is a release of all accesses of the task; the finalizer's read acquires it, and memory
    // is unmapped after that read. The store that makes it odd needs no fence: a collection, which stops all threads, has found the memory
    // here unreachable, so a task that begins later cannot reach it.

    /// <summary>Takes over memory that is still mapped.</summary>
    public static void Add(byte* address, long bytes)
    {
        s_fresh.Add(new Mapped((nint)address, bytes));
        if (!s_isWatched)
        {
            s_isWatched = true;
            _ = new Watch();
        }
    }

    /// <summary>Takes over addresses that hold private zeroes.</summary>
    public static void AddZeroes(byte* address, long bytes)
    {
        s_zeroes.Enqueue(new Mapped((nint)address, bytes));
        if (s_zeroes.Count > KeptZeroes)
        {
            s_zeroes.Dequeue().Unmap();
        }
    }

    /// <summary>In a worker: the calling thread is its main thread.</summary>
    public static void OnServing() => s_servingThread = (int)(Threading.NativeThreadId.OfCaller() ?? 0);

    /// <summary>In a worker: the main thread begins a task.</summary>
    public static void OnTaskBegun() => Volatile.Write(ref s_taskTurns, s_taskTurns + 1);

    /// <summary>In a worker: the main thread has left the task, and everything on its stack.</summary>
    public static void OnTaskEnded() => Volatile.Write(ref s_taskTurns, s_taskTurns + 1);   // after all accesses of the task

    /// <summary>Unmaps memory that no thread can access any more.</summary>
    /// <returns>Whether any is left.</returns>
    private static bool Look()
    {
        int turns = Volatile.Read(ref s_taskTurns);
        if (Suspects() is not HashSet<int> suspects)
        {
            return true;
        }

        for (int index = s_batches.Count - 1; index >= 0; index--)
        {
            Batch batch = s_batches[index];
            batch.Suspects.IntersectWith(suspects);
            if (batch.Turns != turns)
            {
                batch.Suspects.Remove(s_servingThread);
            }

            if (batch.Suspects.Count == 0)
            {
                batch.Memory.ForEach(static memory => memory.Unmap());
                s_batches.RemoveAt(index);
            }
        }

        if (s_fresh.Count > 0)
        {
            if ((turns & 1) == 0)
            {
                suspects.Remove(s_servingThread);
            }

            s_batches.Add(new Batch(s_fresh, suspects, turns));
            s_fresh = [];
        }

        Merge();
        ReportIfMuch();
        return s_batches.Count > 0;
    }

    /// <summary>Keeps the number of batches small: merges those that wait for the same threads.</summary>
    private static void Merge()
    {
        for (int index = s_batches.Count - 1; index > 0; index--)
        {
            (Batch older, Batch newer) = (s_batches[index - 1], s_batches[index]);
            if (older.Turns == newer.Turns && older.Suspects.SetEquals(newer.Suspects))
            {
                older.Memory.AddRange(newer.Memory);
                s_batches.RemoveAt(index);
            }
        }
    }

    private static void ReportIfMuch()
    {
        long bytes = s_batches.Sum(static batch => batch.Memory.Sum(static memory => memory.Bytes));
        if (bytes >= s_reportedBytes)
        {
            s_reportedBytes = 2 * bytes;
            BraidEventSource.Log.MemoryKept(bytes);
        }
    }

    /// <summary>The threads that may be running user code at this moment.</summary>
    /// <returns>Null if the system does not say, for want of a descriptor.</returns>
    private static HashSet<int>? Suspects()
    {
        try
        {
            return [.. Directory.GetDirectories("/proc/self/task").Where(IsSuspect).Select(NumberOf)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int NumberOf(string task) =>
        int.Parse(Path.GetFileName(task.AsSpan()), System.Globalization.CultureInfo.InvariantCulture);

    private static bool IsSuspect(string task)
    {
        try
        {
            return !s_harmless.Contains(File.ReadAllText($"{task}/comm").TrimEnd('\n'));
        }
        catch (Exception exception) when (exception is IOException && ProcessStatus.IsGone(exception))
        {
            return false;   // it has ended meanwhile
        }
    }

    private readonly record struct Mapped(nint Address, long Bytes)
    {
        public void Unmap() => SharedMapping.Unmap((byte*)Address, Bytes);
    }

    /// <param name="Memory">Memory that was added at about the same time.</param>
    /// <param name="Suspects">The threads of that time that may still hold a span into it.</param>
    /// <param name="Turns">The turns of the tasks at that time.</param>
    private sealed record Batch(List<Mapped> Memory, HashSet<int> Suspects, int Turns);

    /// <summary>
    /// Runs the check on the finalizer thread after each collection that reaches this object, as long as there is memory to check.
    /// </summary>
    private sealed class Watch
    {
        ~Watch()
        {
            bool isLeft = true;
            try
            {
                isLeft = Look();
            }
            catch (Exception exception)
            {
                ServiceThread.Report("Braid's check of memory that outlives its object", exception);   // all of it is kept
            }

            s_isWatched = isLeft;
            if (isLeft)
            {
                GC.ReRegisterForFinalize(this);
            }
        }
    }
}
