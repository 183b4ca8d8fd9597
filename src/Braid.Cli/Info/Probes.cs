using System.Runtime.InteropServices;
using Braid.Multiprocessing;

namespace Braid.Cli;

/// <summary>What Braid needs of the system. Each feature is tried as Braid itself uses it, if possible with Braid's own code.</summary>
internal static unsafe class Probes
{
    private const int Bytes = 4096;
    private const string Everything = "everything across processes: Braid.Multiprocessing and ProcessPoolExecutor";

    public static readonly IReadOnlyList<Probe> All =
    [
        new("memfd", Everything, TrySharedMemory),
        new("futex", Everything, TryFutex),
        new("futex_waitv", "nothing is lost; awaits of shared objects are served by looking each millisecond", TryFutexVector),
        new("pidfd", "nothing is lost; each worker costs a thread that waits for its end", TryProcessDescriptor),
        new("/proc/PID/fd", "shared objects, large arguments and results that travel to another process", TryOpeningDescriptors),
        new("closefrom", "nothing is lost; workers inherit descriptors that native libraries open without close-on-exec", TryCloseFrom),
        new("start-up hooks", "starting processes: Process, Pool and ProcessPoolExecutor", TryHooks),
        new("worker process", "starting processes: Process, Pool and ProcessPoolExecutor", TryWorker),
        new("/dev/shm", "memory with names: SharedMemory and ShareableList", TryNamedMemory),
        new("sandbox", "confining processes: Sandbox", TrySandbox),
    ];

    private static string TrySharedMemory() => WithMemory(static (descriptor, words) =>
    {
        words[0] = 1;
        bool isExecutable = !OperatingSystem.IsWindows()
            && File.GetUnixFileMode($"/proc/self/fd/{descriptor}").HasFlag(UnixFileMode.UserExecute);
        return isExecutable ? "made, sealed, mapped; executable, since this system knows no other" : "made, sealed, mapped; not executable";
    });

    private static string TryFutex() => WithMemory(static (_, words) =>
    {
        Futex.Wait(words, expected: words[0] + 1, milliseconds: 0);
        int error = Marshal.GetLastPInvokeError();
        return error == Errno.TryAgain
            ? "sees a word of shared memory"
            : throw new IOException($"The system refuses: {Errno.Text(error)}.");
    });

    private static string TryFutexVector() => WithMemory(static (_, words) =>
        Futex.WaitAny([new FutexWaiter(words, words[0] + 1)], milliseconds: 0)
            ? $"up to {Futex.MaxVector} words at once"
            : throw new IOException($"The system refuses: {Errno.LastText()}."));

    private static string TryProcessDescriptor()
    {
        int descriptor = ChildStatus.Open(Environment.ProcessId);
        if (descriptor < 0)
        {
            throw new IOException($"The system refuses: {Errno.LastText()}.");
        }

        Descriptors.Close(descriptor);
        return "one thread waits for the ends of all workers";
    }

    private static string TryOpeningDescriptors() => WithMemory(static (descriptor, _) =>
    {
        int second = SharedMapping.OpenOf(Environment.ProcessId, descriptor);
        if (second < 0)
        {
            throw new IOException($"The system refuses: {Errno.LastText()}.");
        }

        Descriptors.Close(second);
        return "opens a descriptor a second time";
    });

    private static string TryCloseFrom() => PosixSpawn.ClosesAllOthers
        ? "the C library closes what a worker is not to have"
        : throw new IOException($"The C library has no {PosixSpawn.CloseFromName}.");

    private static string TryHooks()
    {
        WorkerProgram.CheckThatWorkersCanStart();
        return Environment.GetEnvironmentVariable("DOTNET_STARTUP_HOOKS") is { Length: > 0 } hooks
            ? $"allowed; workers run these too: {hooks}"
            : "allowed";
    }

    private static string TryWorker()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var answer = new RawValue<int>(0);
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        int pid = Process.Run(() => { answer.Value = 42; return Environment.ProcessId; }, token: deadline.Token);
        return answer.Value == 42 && pid != Environment.ProcessId
            ? $"started, wrote shared memory and answered in {System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds:N0} ms"
            : throw new IOException("A worker answered, and what it wrote into shared memory is not there.");
    }

    private static string TryNamedMemory()
    {
        using (Microsoft.Win32.SafeHandles.SafeFileHandle file = SharedFile.CreateNameless())
        {
            SharedFile.Reserve(file, Bytes);
        }

        var drive = new DriveInfo(SharedFile.Folder);
        return $"writable; {Quantity.Bytes(drive.AvailableFreeSpace)} free of {Quantity.Bytes(drive.TotalSize)}";
    }

    private static string TrySandbox()
    {
        SandboxStrength strength = Sandbox.Strength;
        if (strength.Missing.Count > 0)
        {
            throw new IOException(string.Join(" ", strength.Missing));
        }

        string secret = Path.GetTempFileName();
        try
        {
            Process.Run(static path => File.ReadAllText(path), secret, TimeSpan.FromSeconds(20), sandbox: Sandbox.Strict);
        }
        catch (UnauthorizedAccessException)
        {
            return $"{strength}; a secret was refused";
        }
        finally
        {
            File.Delete(secret);
        }

        throw new IOException("A process in a sandbox has read a file that it was not to read.");
    }

    private static string WithMemory(MemoryTrial trial)
    {
        int descriptor = SharedMapping.Create("braid-info", Bytes);
        try
        {
            byte* address = SharedMapping.Map(descriptor, Bytes);
            try
            {
                return trial(descriptor, (int*)address);
            }
            finally
            {
                SharedMapping.Unmap(address, Bytes);
            }
        }
        finally
        {
            Descriptors.Close(descriptor);
        }
    }

    private delegate string MemoryTrial(int descriptor, int* words);
}
