using System.Globalization;

namespace Braid.Multiprocessing;

/// <summary>In a worker in a sandbox: takes what its start has needed, before it runs anything of its parent's.</summary>
/// <remarks>
/// From here on the process cannot start another one or become another program (unless it may have children), signal any process but
/// itself, leave the group in which it is killed, or cut the wire by which the kernel kills it with its parent: the descriptor can neither
/// be closed nor duplicated, nor its owner changed. A copy in a message over a local socket could be; only a process that may use the whole
/// network has such a socket.
/// </remarks>
internal static class WorkerFence
{
    private const uint ThreadFlag = 0x0001_0000;   // CLONE_THREAD
    private const int SetOwner = 8;                // F_SETOWN: whom the kernel signals; so another process could be killed
    private const int SetSignal = 10;
    private const int SetOwnerThread = 15;
    private const int SetOwnerByControl = 0x8901;  // FIOSETOWN
    private const int SetGroupByControl = 0x8902;  // SIOCSPGRP

    private static readonly uint s_refuse = SeccompFilter.Refuse(Errno.NotPermitted);

    /// <summary>Whether this process is a worker in a sandbox.</summary>
    public static bool IsHere { get; private set; }   // written once, before the first request is read

    /// <summary>As whose payloads the parent reads what this process sends it.</summary>
    public static PayloadSource Source => IsHere ? PayloadSource.Sandbox : PayloadSource.Program;

    /// <summary>What the worker is told: whether it may have children, and its limits; -1 for none.</summary>
    public static string Describe(Sandbox sandbox) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(sandbox.ChildProcesses ? 1 : 0)};{(sandbox.ProcessorTime is { } time ? (long)Math.Ceiling(time.TotalSeconds) : -1)};" +
        $"{sandbox.OpenFiles ?? -1};{sandbox.FileBytes ?? -1};{(SandboxStrength.Current.FiltersSystemCalls ? 1 : 0)}");

    /// <param name="description">What <see cref="Describe"/> wrote.</param>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void Close(string description)
    {
        long[] parts = [.. description.Split(';').Select(static part => long.Parse(part, CultureInfo.InvariantCulture))];
        (bool hasChildren, long processorSeconds, long openFiles, long fileBytes, bool filters) =
            (parts[0] != 0, parts[1], parts[2], parts[3], parts[4] != 0);
        ResourceLimits.Set(ResourceLimits.CoreBytes, 0, 0);
        Limit(ResourceLimits.OpenFiles, openFiles, openFiles);
        Limit(ResourceLimits.ProcessorSeconds, processorSeconds, processorSeconds + 1);   // at the second it is killed by SIGKILL
        if (fileBytes >= 0)
        {
            OwnProcess.Ignore(Signals.FileTooLarge);   // so that a write fails instead of ending the process
            Limit(ResourceLimits.FileBytes, fileBytes, fileBytes);
        }

        if (filters)
        {
            FilterSupport.Apply(FilterOf(hasChildren, Environment.ProcessId));
        }

        IsHere = true;
    }

    /// <summary>The calls that are refused besides those that <see cref="SandboxFence"/> refuses.</summary>
    public static FilterInstruction[] FilterOf(bool hasChildren, int pid)
    {
        const int Death = WorkerProgram.DeathDescriptor;
        var filter = new SeccompFilter();
        if (!hasChildren)
        {
            filter.Decide("clone", s_refuse, new FilterCase(SeccompFilter.Allow, FilterTest.AnyBit(0, ThreadFlag)));
            Refuse("fork", "vfork", "execve", "execveat");
            filter.Decide(
                "kill",
                s_refuse,
                new FilterCase(SeccompFilter.Allow, FilterTest.Equal(0, pid)),
                new FilterCase(SeccompFilter.Allow, FilterTest.Equal(0, -pid)),
                new FilterCase(SeccompFilter.Allow, FilterTest.Equal(0, 0)));
            filter.Decide("tgkill", s_refuse, new FilterCase(SeccompFilter.Allow, FilterTest.Equal(0, pid)));
        }

        Refuse("setpgid");
        filter.Decide(
            "fcntl",
            SeccompFilter.Allow,
            new FilterCase(s_refuse, FilterTest.Equal(0, Death)),
            new FilterCase(s_refuse, FilterTest.Equal(1, SetOwner)),
            new FilterCase(s_refuse, FilterTest.Equal(1, SetSignal)),
            new FilterCase(s_refuse, FilterTest.Equal(1, SetOwnerThread)));
        filter.Decide(
            "ioctl",
            SeccompFilter.Allow,
            new FilterCase(s_refuse, FilterTest.Equal(0, Death)),
            new FilterCase(s_refuse, FilterTest.Equal(1, SetOwnerByControl)),
            new FilterCase(s_refuse, FilterTest.Equal(1, SetGroupByControl)));
        filter.Decide("close", SeccompFilter.Allow, new FilterCase(s_refuse, FilterTest.Equal(0, Death)));
        filter.Decide("close_range", SeccompFilter.Allow, new FilterCase(s_refuse, FilterTest.AtMost(0, Death)));
        filter.Decide("dup", SeccompFilter.Allow, new FilterCase(s_refuse, FilterTest.Equal(0, Death)));
        foreach (string call in (string[])["dup2", "dup3"])
        {
            filter.Decide(
                call,
                SeccompFilter.Allow,
                new FilterCase(s_refuse, FilterTest.Equal(0, Death)),
                new FilterCase(s_refuse, FilterTest.Equal(1, Death)));
        }

        return filter.AllowRest();

        void Refuse(params ReadOnlySpan<string> calls)
        {
            foreach (string call in calls)
            {
                filter.Decide(call, s_refuse);
            }
        }
    }

    private static void Limit(int which, long soft, long hard)
    {
        if (soft >= 0)
        {
            long most = ResourceLimits.HardOf(which);
            ResourceLimits.Set(which, most >= 0 ? Math.Min(soft, most) : soft, most >= 0 ? Math.Min(hard, most) : hard);
        }
    }
}
