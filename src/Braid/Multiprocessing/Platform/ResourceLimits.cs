using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Limits that a process sets for itself and, without a privilege, cannot raise again.</summary>
internal static unsafe partial class ResourceLimits
{
    public const int ProcessorSeconds = 0;   // RLIMIT_CPU
    public const int FileBytes = 1;          // RLIMIT_FSIZE
    public const int CoreBytes = 4;          // RLIMIT_CORE
    public const int OpenFiles = 7;          // RLIMIT_NOFILE

    private static readonly long s_number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 302 : 261;

    /// <param name="limit">Which.</param>
    /// <param name="soft">What the process notices.</param>
    /// <param name="hard">What it can raise the first to.</param>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void Set(int limit, long soft, long hard)
    {
        long* values = stackalloc long[2] { soft, hard };
        if (SystemCall(s_number, 0, limit, (nint)values, 0) != 0)
        {
            throw new IOException($"The system refuses to limit resource {limit} to {soft}: {Errno.LastText()}.");
        }
    }

    /// <summary>The hard limit.</summary>
    public static long HardOf(int limit)
    {
        long* values = stackalloc long[2];
        return SystemCall(s_number, 0, limit, 0, (nint)values) == 0 ? values[1] : -1;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(long number, nint process, nint limit, nint change, nint before);
}
