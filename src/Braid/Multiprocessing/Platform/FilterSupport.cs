using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Filters of system calls (seccomp): whether the system has them, and putting one on a whole process.</summary>
internal static unsafe partial class FilterSupport
{
    private const nint SetFilter = 1;              // SECCOMP_SET_MODE_FILTER
    private const nint AskForVerdict = 2;          // SECCOMP_GET_ACTION_AVAIL
    private const nint OnAllThreads = 1;           // SECCOMP_FILTER_FLAG_TSYNC
    private const uint KillProcess = 0x8000_0000;

    /// <param name="whyNot">Why it does not have them.</param>
    public static bool Try(out string whyNot)
    {
        whyNot = "";
        if (!SystemCalls.AreKnown)
        {
            whyNot = $"the numbers of the system calls of {RuntimeInformation.ProcessArchitecture} are not known here";
            return false;
        }

        uint verdict = KillProcess;
        if (OperatingSystem.IsLinux() && SystemCall(SystemCalls.NumberOf("seccomp"), AskForVerdict, 0, (nint)(&verdict)) == 0)
        {
            return true;
        }

        whyNot = OperatingSystem.IsLinux() ? Errno.LastText() : "it is not Linux";
        return false;
    }

    /// <summary>Filters the calls of all threads of this process from now on, besides what filters there are.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void Apply(FilterInstruction[] filter)
    {
        fixed (FilterInstruction* first = filter)
        {
            var program = new FilterProgram { Length = (ushort)filter.Length, First = first };
            nint result = SystemCall(SystemCalls.NumberOf("seccomp"), SetFilter, OnAllThreads, (nint)(&program));
            if (result != 0)
            {
                throw new IOException(
                    "The system refuses a filter of system calls: " +
                    (result > 0 ? $"thread {result} has another one." : $"{Errno.LastText()}."));
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(long number, nint operation, nint flags, nint argument);
}
