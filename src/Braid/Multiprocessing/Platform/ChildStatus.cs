using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Signals to children, and how children ended.</summary>
internal static unsafe partial class ChildStatus
{
    private const int ByPid = 1;
    private const int Exited = 4;
    private const int LeaveIt = 0x01000000;
    private const int CodeExited = 1;   // CLD_EXITED
    private const long OpenNumber = 434;
    private const long SendNumber = 424;
    private const int NoHang = 1;

    /// <summary>The exit code of a child that was reaped elsewhere.</summary>
    public const int Unknown = 255;

    /// <summary>Opens a descriptor that is readable once the child has ended.</summary>
    /// <returns>-1 if the system does not support it, or a sandbox refuses it.</returns>
    public static int Open(int pid) =>
        FaultPoint.Strikes("pid descriptor") ? -1 : Descriptors.AboveStandard((int)SystemCall(OpenNumber, pid, 0));

    /// <summary>How a child ended. It is not reaped, and so keeps its pid.</summary>
    /// <param name="pid">The child.</param>
    /// <param name="wait">Whether to block until it has ended.</param>
    /// <returns>
    /// The exit code, or the negative number of the signal that killed it; null if it still runs; <see cref="Unknown"/> if it was reaped
    /// elsewhere.
    /// </returns>
    public static int? Of(int pid, bool wait = false)
    {
        int* info = stackalloc int[32];   // siginfo_t: 128 bytes; [2] the code, [4] the pid, [6] the status
        while (true)
        {
            info[4] = 0;
            if (WaitId(ByPid, pid, info, Exited | LeaveIt | (wait ? 0 : NoHang)) == 0)
            {
                return info[4] == 0 ? null : info[2] == CodeExited ? info[6] & 0xFF : -(info[6] & 0x7F);
            }

            if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
            {
                return Unknown;
            }
        }
    }

    /// <summary>Reaps a child that has ended.</summary>
    public static void Reap(int pid)
    {
        int* info = stackalloc int[32];
        _ = WaitId(ByPid, pid, info, Exited | NoHang);
    }

    /// <summary>Sends a signal to a child that has not been reaped here.</summary>
    /// <param name="pid">The child.</param>
    /// <param name="descriptor">
    /// The result of <see cref="Open"/>: with it, the signal reaches no other process, even if the child was reaped elsewhere.
    /// </param>
    /// <param name="signal">The signal; 0 only checks.</param>
    /// <returns>Whether the child exists; one that has ended does until it is reaped.</returns>
    public static bool Send(int pid, int descriptor, int signal)
    {
        if (descriptor >= 0)
        {
            if (SendTo(SendNumber, descriptor, signal, 0, 0) == 0)
            {
                return true;
            }

            if (Marshal.GetLastPInvokeError() == Errno.NoProcess)
            {
                return false;
            }
        }

        return Kill(pid, signal) == 0;
    }

    /// <summary>
    /// Sends a signal to all processes of a child's group. The child must not have been reaped, since its pid may then belong to another
    /// process.
    /// </summary>
    public static void SendToGroup(int pid, int signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(pid, 1);   // -1 would be every process, 0 our own group
        _ = Kill(-pid, signal);
    }

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    private static partial int WaitId(int kind, int id, int* info, int options);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(long number, nint a, nint b);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SendTo(long number, nint descriptor, nint signal, nint info, nint flags);
}
