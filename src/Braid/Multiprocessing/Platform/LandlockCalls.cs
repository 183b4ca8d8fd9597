using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Rights to files, ports and processes that a thread, and whatever it starts, can give up for good (Landlock).</summary>
/// <remarks>
/// A set of rules names the kinds of rights that it governs. All of these are taken away, except for what a rule gives back for a file, for
/// everything below a folder, or for a port. A rule belongs to the file that has the name when the rule is made, not to the name.
/// </remarks>
internal static unsafe partial class LandlockCalls
{
    private const long CreateNumber = 444;             // these three are the same on every architecture
    private const long AddRuleNumber = 445;
    private const nint AskVersion = 1;
    private const nint RuleOfPath = 1;
    private const nint RuleOfPort = 2;
    private const int PathOnly = 0x200000;             // O_PATH
    private const int CloseOnExec = 0x80000;
    private const int FirstWithPorts = 4;
    private const int FirstWithScopes = 6;

    private static readonly (int Version, int Error) s_asked = AskForVersion();

    /// <summary>The version that this kernel has; 0 if it has none.</summary>
    public static int Version => s_asked.Version;

    /// <summary>Why the kernel has none.</summary>
    public static string WhyNot => Errno.Text(s_asked.Error);

    /// <summary>Creates an empty set of rules.</summary>
    /// <param name="files">The rights to files that it governs.</param>
    /// <param name="ports">The rights to TCP ports; 0 before version 4.</param>
    /// <param name="scopes">What reaches no process outside; 0 before version 6.</param>
    /// <returns>Its descriptor.</returns>
    /// <exception cref="IOException">The system refuses.</exception>
    public static int Create(FileRights files, PortRights ports, ProcessScopes scopes)
    {
        var governed = new Governed { Files = (ulong)files, Ports = (ulong)ports, Scopes = (ulong)scopes };
        nint size = Version >= FirstWithScopes ? 24 : Version >= FirstWithPorts ? 16 : 8;
        int rules = (int)SystemCall(CreateNumber, (nint)(&governed), size, 0, 0);
        return rules >= 0 ? Descriptors.AboveStandard(rules) : throw new IOException($"The system refuses rules: {Errno.LastText()}.");
    }

    /// <summary>Gives rights back for a file, or for a folder and everything below it.</summary>
    /// <returns>False if nothing has that name.</returns>
    /// <exception cref="IOException">The system refuses.</exception>
    public static bool TryAllow(int rules, string path, FileRights rights)
    {
        int file = Open(path, PathOnly | CloseOnExec, 0);
        if (file < 0)
        {
            return false;
        }

        try
        {
            var rule = new PathRule { Rights = (ulong)(Directory.Exists(path) ? rights : rights & FileRights.OfOneFile), File = file };
            if (rule.Rights != 0 && SystemCall(AddRuleNumber, rules, RuleOfPath, (nint)(&rule), 0) != 0)
            {
                throw new IOException($"The system refuses a rule for {path}: {Errno.LastText()}.");
            }

            return true;
        }
        finally
        {
            Descriptors.Close(file);
        }
    }

    /// <summary>Gives rights back for a TCP port.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void Allow(int rules, int port, PortRights rights)
    {
        var rule = new PortRule { Rights = (ulong)rights, Port = (ulong)port };
        if (SystemCall(AddRuleNumber, rules, RuleOfPort, (nint)(&rule), 0) != 0)
        {
            throw new IOException($"The system refuses a rule for port {port}: {Errno.LastText()}.");
        }
    }

    private static (int Version, int Error) AskForVersion()
    {
        if (!OperatingSystem.IsLinux())
        {
            return (0, Errno.NoSystemCall);
        }

        nint version = SystemCall(CreateNumber, 0, 0, AskVersion, 0);
        return version < 0 ? (0, Marshal.GetLastPInvokeError()) : ((int)version, 0);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(long number, nint a, nint b, nint c, nint d);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [StructLayout(LayoutKind.Sequential)]
    private struct Governed
    {
        public ulong Files;
        public ulong Ports;
        public ulong Scopes;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct PathRule
    {
        public ulong Rights;
        public int File;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PortRule
    {
        public ulong Rights;
        public ulong Port;
    }
}

/// <summary>Rights to files, as Landlock divides them.</summary>
[Flags]
internal enum FileRights : ulong
{
    None = 0,
    Execute = 1 << 0,
    WriteFile = 1 << 1,
    ReadFile = 1 << 2,
    ReadFolder = 1 << 3,
    RemoveFolder = 1 << 4,
    RemoveFile = 1 << 5,
    MakeCharacterDevice = 1 << 6,
    MakeFolder = 1 << 7,
    MakeFile = 1 << 8,
    MakeSocket = 1 << 9,
    MakePipe = 1 << 10,
    MakeBlockDevice = 1 << 11,
    MakeLink = 1 << 12,
    MoveToOtherFolder = 1 << 13,   // from version 2 on; before, nothing can be moved to another folder
    Truncate = 1 << 14,            // from version 3 on
    ControlDevice = 1 << 15,       // from version 5 on

    Reading = ReadFile | ReadFolder,
    Running = Reading | Execute,
    Writing = Reading | WriteFile | RemoveFolder | RemoveFile | MakeFolder | MakeFile | MakeSocket | MakePipe | MakeLink
        | MoveToOtherFolder | Truncate,
    OfOneFile = Execute | WriteFile | ReadFile | Truncate | ControlDevice,
    All = (1 << 16) - 1,
}

/// <summary>Rights to TCP ports.</summary>
[Flags]
internal enum PortRights : ulong
{
    None = 0,
    Bind = 1,
    Connect = 2,
}

/// <summary>What can be restricted to processes with the same rules.</summary>
[Flags]
internal enum ProcessScopes : ulong
{
    None = 0,
    AbstractSockets = 1,
    Signals = 2,
}
