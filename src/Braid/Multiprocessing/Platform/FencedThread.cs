using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Starts a process on a thread that has given up rights, so that the process is born without them.</summary>
/// <remarks>
/// <para>
/// What a thread gives up (capabilities, what Landlock and a filter take) is inherited by what it starts, from the first instruction on,
/// and never comes back. No other thread of this process loses anything. So each process gets a thread of its own, which then ends: two
/// processes started by one thread would count as one for Landlock, and could signal and read each other.
/// </para>
/// <para>
/// After the first right is gone the thread runs nothing of .NET but the next statements: loading code, collecting garbage, or signalling
/// another thread could need a right that it no longer has, and would then fail for the whole program. So every address it calls is known
/// before, nothing is allocated, and nothing is resolved.
/// </para>
/// </remarks>
internal sealed unsafe class FencedThread
{
    private const string Name = "Braid fence";
    private const int NoNewPrivileges = 38;              // PR_SET_NO_NEW_PRIVS
    private const uint CapabilityVersion = 0x2008_0522;
    private const int CapabilityWords = 6;               // effective, permitted and inheritable, of the lower and of the upper half
    private const int SetFilter = 1;                     // SECCOMP_SET_MODE_FILTER

    private static readonly string[] s_steps =
    [
        "new privileges cannot be renounced (prctl)", "capabilities cannot be given up (capset)",
        "Landlock refuses (landlock_restrict_self)", "the system refuses a filter of system calls (seccomp)",
    ];

    private static readonly nint s_library = NativeLibrary.Load("libc", typeof(FencedThread).Assembly, null);
    private static readonly nint s_systemCall = NativeLibrary.GetExport(s_library, "syscall");
    private static readonly nint s_posixSpawn = NativeLibrary.GetExport(s_library, "posix_spawn");

    private readonly int _rules;
    private readonly FilterInstruction[] _filter;
    private readonly Numbers _numbers = new(
        SystemCalls.NumberOf("prctl"),
        SystemCalls.NumberOf("capset"),
        SystemCalls.NumberOf("landlock_restrict_self"),
        SystemCalls.NumberOf("seccomp"));
    private readonly (nint SystemCall, nint PosixSpawn) _addresses = (s_systemCall, s_posixSpawn);
    private SpawnCall _spawn;         // by the thread, between its start and its end
    private int _failedStep;          // likewise
    private int _error;               // likewise

    // Orders: the thread's start and the wait for its end order everything.

    /// <param name="rules">A set of Landlock's rules; -1 for none.</param>
    /// <param name="filter">A filter of system calls; empty for none.</param>
    public FencedThread(int rules, FilterInstruction[] filter) => (_rules, _filter) = (rules, filter);

    /// <summary>Runs <c>posix_spawn</c>. Blocks for a fraction of a millisecond.</summary>
    /// <param name="spawn">The call, and its result; its pointers must stay valid.</param>
    /// <returns>The error number; 0 if the process was started.</returns>
    /// <exception cref="IOException">A right cannot be given up; nothing was started.</exception>
    /// <exception cref="OutOfMemoryException">The system refuses the thread.</exception>
    public int Start(ref SpawnCall spawn)
    {
        _spawn = spawn;
        var thread = new System.Threading.Thread(Run, ServiceThread.StackBytes) { IsBackground = true, Name = Name };
        thread.UnsafeStart();
        thread.Join();
        spawn = _spawn;
        return _failedStep == s_steps.Length
            ? _error
            : throw new IOException($"a sandbox cannot be put up: {s_steps[_failedStep]}: {Errno.Text(_error)}.");
    }

    private void Run()
    {
        var call = (delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint>)_addresses.SystemCall;
        var start = (delegate* unmanaged<int*, byte*, byte*, byte*, byte**, byte**, int>)_addresses.PosixSpawn;
        uint* header = stackalloc uint[2] { CapabilityVersion, 0 };
        uint* none = stackalloc uint[CapabilityWords] { 0, 0, 0, 0, 0, 0 };
        Numbers numbers = _numbers;
        SpawnCall spawn = _spawn;
        int rules = _rules;
        int pid = 0;
        int step = 0;
        _ = Marshal.GetLastSystemError();      // so that it is compiled
        fixed (FilterInstruction* first = _filter)
        {
            var program = new FilterProgram { Length = (ushort)_filter.Length, First = first };
            if (call(numbers.Control, NoNewPrivileges, 1, 0, 0, 0) == 0
                && ++step > 0 && call(numbers.SetCapabilities, (nint)header, (nint)none, 0, 0, 0) == 0
                && ++step > 0 && (rules < 0 || call(numbers.Restrict, rules, 0, 0, 0, 0) == 0)
                && ++step > 0 && (first is null || call(numbers.Filter, SetFilter, 0, (nint)(&program), 0, 0) == 0))
            {
                step++;
                _error = start(&pid, spawn.Path, spawn.Actions, spawn.Attributes, spawn.Arguments, spawn.Environment);
            }
            else
            {
                _error = Marshal.GetLastSystemError();
            }
        }

        _spawn.Pid = pid;
        _failedStep = step;
    }

    private readonly record struct Numbers(nint Control, nint SetCapabilities, nint Restrict, nint Filter);
}

/// <summary>A filter and its length (the kernel's <c>struct sock_fprog</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FilterProgram
{
    public ushort Length;
    public FilterInstruction* First;
}

/// <summary>The arguments of <c>posix_spawn</c>, and its result.</summary>
internal unsafe struct SpawnCall
{
    public byte* Path;
    public byte* Actions;
    public byte* Attributes;
    public byte** Arguments;
    public byte** Environment;
    public int Pid;
}
