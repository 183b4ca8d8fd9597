using System.Runtime.InteropServices;
using System.Text;

namespace Braid.Multiprocessing;

/// <summary>System calls that a worker makes for itself.</summary>
internal static unsafe partial class OwnProcess
{
    private const int SetOwner = 8;           // F_SETOWN
    private const int SetSignal = 10;         // F_SETSIG
    private const int SetStatus = 4;          // F_SETFL
    private const int Asynchronous = 0x2000;  // O_ASYNC
    private const int SetParentDeathSignal = 1;
    private const int SetThreadName = 15;     // PR_SET_NAME
    private const int NameBytes = 15;         // as many as the kernel keeps
    private const int MaxTailCharacters = 6;    // of a name that is too long: its trailing number is kept if it is no longer than this
    private const int ThisProcess = 0;        // PRIO_PROCESS
    private const int ActionBytes = 256;      // more than struct sigaction of any C library
    private const int ActionFlagsAt = 136;    // after the handler and a set of 1024 signals
    private const int NoChildWait = 2;        // SA_NOCLDWAIT
    private const nint IgnoreAction = 1;      // SIG_IGN

    public static int ParentPid => GetParent();

    /// <summary>
    /// Makes the kernel kill this process and all others of its group when the last write end of the pipe is closed, whatever any thread is
    /// doing.
    /// </summary>
    /// <param name="pipe">The read end; nothing is ever written to it.</param>
    /// <returns>Whether the kernel supports it.</returns>
    public static bool DieWhenClosed(int pipe) =>
        Control(pipe, SetOwner, -Environment.ProcessId) == 0 && Control(pipe, SetSignal, Signals.Kill) == 0
            && Control(pipe, SetStatus, Asynchronous) == 0;

    /// <summary>Makes the kernel kill this process when the thread that started it ends. Call it on the main thread.</summary>
    public static void DieWithParent() => _ = ProcessControl(SetParentDeathSignal, Signals.Kill, 0, 0, 0);

    /// <summary>
    /// Sets the name that ps and top show. If the name is too long, the part before its number is shortened. Call it on the main thread.
    /// </summary>
    public static unsafe void SetName(string name)
    {
        int numberAt = name.LastIndexOfAny(['_', '-', ':']);
        string tail = numberAt > 0 && name.Length - numberAt <= MaxTailCharacters ? name[numberAt..] : "";
        string head = name[..^tail.Length];
        while (Encoding.UTF8.GetByteCount(head) > NameBytes - tail.Length)
        {
            head = head[..^1];
        }

        fixed (byte* text = Encoding.UTF8.GetBytes($"{head}{tail}\0"))
        {
            _ = ProcessControl(SetThreadName, (nint)text, 0, 0, 0);
        }
    }

    /// <summary>Gives a signal its default action.</summary>
    public static void ActByDefault(int signal) => _ = SignalAction(signal, 0);

    /// <summary>Performs the default action of a signal, whatever its handler is.</summary>
    public static void ActByDefaultNow(int signal)
    {
        byte* handled = stackalloc byte[ActionBytes];
        if (ChangeAction(signal, null, handled) == 0)
        {
            ActByDefault(signal);
            _ = Raise(signal);
            _ = ChangeAction(signal, handled, null);
        }
    }

    public static void Ignore(int signal) => _ = SignalAction(signal, 1);

    /// <summary>
    /// Makes the system keep a child that has ended until it is reaped. A program may be born with SIGCHLD ignored; the system then
    /// discards each child at its end, with its exit code, and may reuse its pid.
    /// </summary>
    public static void KeepEndedChildren()
    {
        byte* action = stackalloc byte[ActionBytes];
        if (ChangeAction(Signals.Child, null, action) != 0)
        {
            return;
        }

        ref nint handler = ref *(nint*)action;
        ref int flags = ref *(int*)(action + ActionFlagsAt);
        if (handler == IgnoreAction || (flags & NoChildWait) != 0)
        {
            handler = handler == IgnoreAction ? 0 : handler;
            flags &= ~NoChildWait;
            _ = ChangeAction(Signals.Child, action, null);
        }
    }

    /// <summary>Sets the nice value of this process: from -20, the highest priority, to 19, the lowest.</summary>
    public static bool SetNice(int nice) => SetPriority(ThisProcess, 0, nice) == 0;

    /// <summary>Sets or removes a variable of the native environment; .NET has its own copy of the environment.</summary>
    public static void SetNativeVariable(string name, string? value) =>
        _ = value is null ? UnsetVariable(name) : SetVariable(name, value, 1);

    /// <summary>Blocks the calling thread for the rest of its life, because the process is being killed.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public static void AwaitKill()
    {
        while (true)
        {
            ServiceThread.Pause(Timeout.Infinite);   // an interrupt does not end it
        }
    }

    /// <summary>Ends the process at once, without running any handler.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void ExitNow(int code);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nint a, nint b, nint c, nint d);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SignalAction(int signal, nint action);

    [LibraryImport("libc", EntryPoint = "raise")]
    private static partial int Raise(int signal);

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int ChangeAction(int signal, byte* change, byte* before);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrites);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetVariable(string name);

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParent();

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
