namespace Braid.Multiprocessing;

/// <summary>What a process in a sandbox is born behind: a set of Landlock's rules, and a filter of system calls.</summary>
/// <remarks>
/// <para>
/// Landlock decides about files, TCP ports, and the reach to other processes (signals, tracing, their memory, abstract sockets). The filter
/// decides about everything else: it allows a list of calls, and none that could be done without. Where Landlock is too old to decide about
/// a call that it decides about today, the filter refuses it.
/// </para>
/// <para>
/// The start itself needs calls that the process is not to have afterwards, such as those that start a program. <see cref="WorkerFence"/>
/// takes these, in the worker's first lines.
/// </para>
/// </remarks>
internal sealed class SandboxFence : IDisposable
{
    private const uint NewNamespaces = 0x7E02_0000;   // CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID, NET
    private const int FakeInput = 0x5412;             // TIOCSTI: types on a terminal
    private const int ConsoleCommand = 0x541C;        // TIOCLINUX
    private const int Local = 1;                      // AF_UNIX
    private const int IPv4 = 2;
    private const int IPv6 = 10;
    private const int Netlink = 16;
    private const uint SocketKind = 0xF;              // the rest of the type is flags
    private const int Stream = 1;
    private const int Tcp = 6;
    private const uint FastOpen = 0x2000_0000;        // MSG_FASTOPEN: connects while sending, past the rules for ports

    private static readonly uint s_refuse = SeccompFilter.Refuse(Errno.NotPermitted);

    private readonly int _rules;   // -1: none

    /// <param name="sandbox">The description.</param>
    /// <param name="folder">The process's own folder; null if it has none.</param>
    /// <exception cref="IOException">The system refuses, or a file that the sandbox names does not exist.</exception>
    public SandboxFence(Sandbox sandbox, string? folder)
    {
        SandboxStrength strength = SandboxStrength.Current;
        _rules = strength.LandlockVersion > 0 ? RulesOf(sandbox, strength, folder) : -1;
        Thread = new FencedThread(_rules, strength.FiltersSystemCalls ? FilterOf(sandbox, strength) : []);
    }

    /// <summary>Starts one process behind it.</summary>
    public FencedThread Thread { get; }

    public void Dispose()
    {
        if (_rules >= 0)
        {
            Descriptors.Close(_rules);
        }
    }

    /// <summary>The calls that are allowed from the first instruction on.</summary>
    public static FilterInstruction[] FilterOf(Sandbox sandbox, SandboxStrength strength)
    {
        var filter = new SeccompFilter();
        filter.Decide("clone3", SeccompFilter.Refuse(Errno.NoSystemCall));
        filter.Decide("clone", SeccompFilter.Allow, new FilterCase(s_refuse, FilterTest.AnyBit(0, NewNamespaces)));
        AllowForItselfOnly("prlimit64", argument: 0);
        AllowForItselfOnly("sched_setaffinity", argument: 0);
        filter.Decide("setpriority", s_refuse, new FilterCase(SeccompFilter.Allow, FilterTest.Equal(0, 0), FilterTest.Equal(1, 0)));
        filter.Decide("setpgid", s_refuse, new FilterCase(SeccompFilter.Allow, FilterTest.Equal(0, 0), FilterTest.Equal(1, 0)));
        filter.Decide(
            "ioctl",
            SeccompFilter.Allow,
            new FilterCase(s_refuse, FilterTest.Equal(1, FakeInput)),
            new FilterCase(s_refuse, FilterTest.Equal(1, ConsoleCommand)));
        DecideAboutSockets(filter, sandbox.Network);
        return filter.AllowOnly(
        [
            .. SystemCalls.Basic,
            .. sandbox.WritesEverything ? SystemCalls.OnAttributes : [],
            .. strength.RestrictsTruncation || sandbox.WritesEverything ? SystemCalls.Truncating : [],
            .. strength.RestrictsSignals ? SystemCalls.SignallingThreads : [],
            .. sandbox.Network.IsNone ? [] : SystemCalls.OnSockets,
            .. sandbox.Network.IsAll ? SystemCalls.OnListeningSockets : [],
        ]);

        void AllowForItselfOnly(string call, int argument) =>
            filter.Decide(call, s_refuse, new FilterCase(SeccompFilter.Allow, FilterTest.Equal(argument, 0)));
    }

    private static void DecideAboutSockets(SeccompFilter filter, SandboxNetwork network)
    {
        if (network.IsAll)
        {
            filter.Decide(
                "socket",
                s_refuse,
                new FilterCase(SeccompFilter.Allow, FilterTest.Equal(0, Local)),
                new FilterCase(SeccompFilter.Allow, FilterTest.Equal(0, IPv4)),
                new FilterCase(SeccompFilter.Allow, FilterTest.Equal(0, IPv6)),
                new FilterCase(SeccompFilter.Allow, FilterTest.Equal(0, Netlink), FilterTest.Equal(2, 0)));   // NETLINK_ROUTE
            filter.Decide("socketpair", s_refuse, new FilterCase(SeccompFilter.Allow, FilterTest.Equal(0, Local)));
        }
        else if (!network.IsNone)
        {
            int[] families = [IPv4, IPv6];
            int[] protocols = [0, Tcp];
            filter.Decide("socket", s_refuse,
            [
                .. from family in families
                   from protocol in protocols
                   select new FilterCase(
                       SeccompFilter.Allow,
                       FilterTest.Equal(0, family),
                       FilterTest.Masked(1, SocketKind, Stream),
                       FilterTest.Equal(2, protocol)),
            ]);
            RefuseFastOpen("sendto", flags: 3);
            RefuseFastOpen("sendmsg", flags: 2);
            RefuseFastOpen("sendmmsg", flags: 3);
        }

        void RefuseFastOpen(string call, int flags) =>
            filter.Decide(call, SeccompFilter.Allow, new FilterCase(s_refuse, FilterTest.AnyBit(flags, FastOpen)));
    }

    private static int RulesOf(Sandbox sandbox, SandboxStrength strength, string? folder)
    {
        FileRights known = FileRightsOf(strength.LandlockVersion);
        FileRights files = sandbox is { WritesEverything: true, RunsEverything: true } ? FileRights.None : known;
        PortRights ports = !strength.RestrictsPorts || sandbox.Network.IsAll ? PortRights.None : PortRights.Bind | PortRights.Connect;
        ProcessScopes scopes = !strength.RestrictsSignals ? ProcessScopes.None : ProcessScopes.AbstractSockets | ProcessScopes.Signals;
        if (files == FileRights.None && ports == PortRights.None && scopes == ProcessScopes.None)
        {
            files = FileRights.MakeBlockDevice;   // a set must govern something; with none, other processes could be read
        }

        int rules = LandlockCalls.Create(files, ports, scopes);
        try
        {
            Allow(ProgramFiles.Read, FileRights.Reading, mustExist: false);
            Allow(ProgramFiles.Run, FileRights.Running, mustExist: false);
            Allow([AppContext.BaseDirectory], FileRights.ReadFolder, mustExist: false);   // without a .deps.json, .NET lists it
            Allow(["/dev/null"], FileRights.Writing, mustExist: false);
            Allow(sandbox.ReadPaths, FileRights.Reading, mustExist: true);
            Allow(sandbox.RunPaths, FileRights.Running, mustExist: true);
            Allow(
                sandbox.WritePaths,
                sandbox.WritesEverything ? FileRights.All & ~FileRights.Execute : FileRights.Writing,
                mustExist: true);
            if (folder is not null)
            {
                Allow([folder], FileRights.Writing, mustExist: true);
            }

            foreach (int port in strength.RestrictsPorts ? sandbox.Network.Ports ?? [] : [])
            {
                LandlockCalls.Allow(rules, port, PortRights.Connect);
            }

            return rules;
        }
        catch
        {
            Descriptors.Close(rules);
            throw;
        }

        void Allow(IReadOnlyList<string> paths, FileRights rights, bool mustExist)
        {
            foreach (string path in paths)
            {
                if (!LandlockCalls.TryAllow(rules, path, rights & files) && mustExist)
                {
                    throw new IOException($"its sandbox names {path}, which does not exist, or may not be reached.");
                }
            }
        }
    }

    /// <summary>The rights that a version knows.</summary>
    private static FileRights FileRightsOf(int version) => version switch
    {
        1 => FileRights.MoveToOtherFolder - 1,
        2 => FileRights.Truncate - 1,
        3 or 4 => FileRights.ControlDevice - 1,
        _ => FileRights.All,
    };
}
