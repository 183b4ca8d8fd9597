using System.Runtime.InteropServices;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>System calls by their numbers, as a program would make them that does not go through .NET.</summary>
internal static unsafe partial class RawCall
{
    private const int NotPermitted = 1;
    private const int NoSystemCall = 38;

    /// <summary>Numbers on x64 and arm64 of calls that no sandbox allows, so Braid has no table of them.</summary>
    private static readonly Dictionary<string, (int X64, int Arm64)> s_others = new()
    {
        ["ptrace"] = (101, 117),
        ["process_vm_readv"] = (310, 270),
        ["mount"] = (165, 40),
        ["unshare"] = (272, 97),
        ["setns"] = (308, 268),
        ["pivot_root"] = (155, 41),
        ["chroot"] = (161, 51),
        ["keyctl"] = (250, 219),
        ["add_key"] = (248, 217),
        ["bpf"] = (321, 280),
        ["perf_event_open"] = (298, 241),
        ["userfaultfd"] = (323, 282),
        ["io_uring_setup"] = (425, 425),
        ["personality"] = (135, 92),
        ["kexec_load"] = (246, 104),
        ["init_module"] = (175, 105),
        ["delete_module"] = (176, 106),
        ["open_by_handle_at"] = (304, 265),
        ["name_to_handle_at"] = (303, 264),
        ["swapon"] = (167, 224),
        ["sethostname"] = (170, 161),
        ["clock_settime"] = (227, 112),
        ["acct"] = (163, 89),
        ["quotactl"] = (179, 60),
        ["pidfd_open"] = (434, 434),
        ["pidfd_getfd"] = (438, 438),
        ["pidfd_send_signal"] = (424, 424),
        ["kcmp"] = (312, 272),
        ["process_madvise"] = (440, 440),
        ["shmget"] = (29, 194),
        ["shmctl"] = (31, 195),
        ["semget"] = (64, 190),
        ["semctl"] = (66, 191),
        ["msgget"] = (68, 186),
        ["msgctl"] = (71, 187),
        ["mq_open"] = (240, 180),
        ["fanotify_init"] = (300, 262),
        ["vmsplice"] = (278, 75),
        ["move_pages"] = (279, 239),
        ["rt_sigqueueinfo"] = (129, 138),
        ["rt_tgsigqueueinfo"] = (297, 240),
        ["syslog"] = (103, 116),
        ["open_tree"] = (428, 428),
        ["fsopen"] = (430, 430),
        ["ioprio_set"] = (251, 30),
        ["sched_setscheduler"] = (144, 119),
        ["io_setup"] = (206, 0),
        ["sync"] = (162, 81),
        ["setsid"] = (112, 157),
        ["clone3"] = (435, 435),
    };

    /// <summary>Makes a call.</summary>
    /// <exception cref="RefusedException">The system answers with an error.</exception>
    public static nint Make(string call, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0)
    {
        nint result = SystemCall(NumberOf(call), a, b, c, d, e, f);
        return result >= 0 ? result : throw new RefusedException(call, Marshal.GetLastPInvokeError());
    }

    /// <summary>Makes a call whose arguments may be nonsense: it counts as refused only if the kernel does not get to them.</summary>
    /// <exception cref="RefusedException">The system answers that it may not be made, or that it does not exist.</exception>
    public static void Reach(string call, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0)
    {
        nint result = SystemCall(NumberOf(call), a, b, c, d, e, f);
        int error = result >= 0 ? 0 : Marshal.GetLastPInvokeError();
        if (error is NotPermitted or NoSystemCall)
        {
            throw new RefusedException(call, error);
        }
    }

    /// <summary>Makes a call that has a path among its arguments.</summary>
    /// <exception cref="RefusedException">The system answers with an error.</exception>
    public static nint WithPath(string call, string path, Func<nint, nint> make)
    {
        nint text = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            nint result = make(text);
            return result >= 0 ? result : throw new RefusedException(call, Marshal.GetLastPInvokeError());
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    /// <summary>Makes a call whose result the caller tests.</summary>
    public static nint Untested(string call, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0) =>
        SystemCall(NumberOf(call), a, b, c, d, e, f);

    public static long NumberOf(string call) => !s_others.TryGetValue(call, out (int X64, int Arm64) numbers) ? SystemCalls.NumberOf(call)
        : RuntimeInformation.ProcessArchitecture == Architecture.X64 ? numbers.X64 : numbers.Arm64;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(long number, long a, long b, long c, long d, long e, long f);
}

/// <summary>The system has refused a call.</summary>
public sealed class RefusedException(string call, int error)
    : Exception($"{call}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})");
