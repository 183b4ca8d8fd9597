using System.Runtime.InteropServices;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What tests do to the workers of a pool, from inside and from outside.</summary>
internal static partial class PoolFault
{
    public const int Kill = 9;
    public const int Stop = 19;
    public const int Continue = 18;

    /// <summary>In a worker: says that it runs, and never ends.</summary>
    public static int Hang(RawValue<int> running)
    {
        Announce(running);
        new Threading.Event().Wait();
        return 0;
    }

    /// <summary>In a worker: says which process runs.</summary>
    public static void Announce(RawValue<int> running) => running.Value = Environment.ProcessId;

    /// <summary>Waits until a worker has said that it runs.</summary>
    public static int PidOf(RawValue<int> running)
    {
        Eventually.Holds(() => running.Value != 0);
        return running.Value;
    }

    public static void Signal(int pid, int signal) => Assert.Equal(0, SendSignal(pid, signal));

    public static void KillMyself() => Signal(Environment.ProcessId, Kill);

    public static void ExitNow(int code) => ExitAtOnce(code);

    public static void SegmentationFault() => LengthOf(1);

    public static int Overflow(int depth) => depth + Overflow(depth + 1);

    /// <summary>Whether there is such a process and it has not ended.</summary>
    public static bool Runs(int pid) => StateOf(pid) is not ('Z' or 'X' or '?');

    public static bool IsStopped(int pid) => StateOf(pid) == 'T';

    /// <summary>The pool's only worker; started when there is none.</summary>
    public static int WorkerOf(ProcessPoolExecutor pool) => pool.Submit(static () => Environment.ProcessId).Result();

    /// <summary>The pool does what it is for.</summary>
    public static void AssertServes(ProcessPoolExecutor pool, int tasks = 3) =>
        Assert.Equal(Enumerable.Range(0, tasks).Select(static i => i * i), pool.Map(static i => i * i, Enumerable.Range(0, tasks), chunksize: 1));

    /// <summary>Waits for a future's failure of a type.</summary>
    public static TException Fails<TException>(Future future)
        where TException : Exception
    {
        Future.Wait([future]);
        return Assert.IsType<TException>(Assert.ThrowsAny<Exception>(() => future.Result()));
    }

    private static char StateOf(int pid)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{pid}/stat");
            return text[text.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return '?';
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "strlen")]
    private static partial nint LengthOf(nint text);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitAtOnce(int code);
}
