using System.Globalization;

namespace Braid.Multiprocessing;

/// <summary>What a system can enforce of a <see cref="Sandbox"/>.</summary>
public sealed record SandboxStrength
{
    private const int FirstWithTruncation = 3;
    private const int FirstWithPorts = 4;
    private const int FirstWithSignals = 6;

    private static readonly Lazy<SandboxStrength> s_current = new(Ask);

    private readonly string _whyNoLandlock;
    private readonly string _whyNoFilter;

    private SandboxStrength(int landlockVersion, string whyNoLandlock, bool filtersSystemCalls, string whyNoFilter) =>
        (LandlockVersion, _whyNoLandlock, FiltersSystemCalls, _whyNoFilter) =
            (landlockVersion, whyNoLandlock, filtersSystemCalls, whyNoFilter);

    /// <summary>The version of Landlock, which restricts files, TCP ports and signals; 0 if the system does not have it.</summary>
    public int LandlockVersion { get; }

    /// <summary>Whether system calls can be filtered (seccomp).</summary>
    public bool FiltersSystemCalls { get; }

    /// <summary>Whether the C library closes what a process is not to inherit.</summary>
    public bool ClosesDescriptors { get; private init; }

    /// <summary>What is missing for <see cref="Sandbox.Strict"/>, a sentence each; empty if nothing is.</summary>
    public IReadOnlyList<string> Missing => MissingFor(Sandbox.Strict);

    internal static SandboxStrength Current => s_current.Value;

    /// <summary>Whether a file can only be truncated by a process that may write it.</summary>
    internal bool RestrictsTruncation => LandlockVersion >= FirstWithTruncation;

    internal bool RestrictsPorts => LandlockVersion >= FirstWithPorts;

    internal bool RestrictsSignals => LandlockVersion >= FirstWithSignals;

    /// <summary>What the system has, in one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(LandlockVersion > 0 ? $"Landlock {LandlockVersion}" : "no Landlock")}, " +
        $"{(FiltersSystemCalls ? "a filter of system calls" : "no filter of system calls")}");

    /// <summary>A system's strength, for tests.</summary>
    internal static SandboxStrength Of(int landlockVersion, bool filtersSystemCalls) =>
        new(landlockVersion, Errno.Text(Errno.NoSystemCall), filtersSystemCalls, Errno.Text(Errno.NoSystemCall))
        {
            ClosesDescriptors = true,
        };

    /// <summary>Throws if too little of a sandbox can be enforced here.</summary>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="WorkerStartException">The system can enforce less than is required.</exception>
    internal void Require(Sandbox sandbox)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("A sandbox needs Linux: no other system is asked to confine a process here.");
        }

        IReadOnlyList<string> missing = MissingFor(sandbox);
        bool isAllowed = sandbox.Required == SandboxLevel.Available && (LandlockVersion > 0 || FiltersSystemCalls);
        if (missing.Count > 0 && !isAllowed)
        {
            throw new WorkerStartException(
                $"No process is started, since this system cannot enforce its sandbox. {string.Join(" ", missing)}" +
                (sandbox.Required == SandboxLevel.Whole && (LandlockVersion > 0 || FiltersSystemCalls)
                    ? " If what is left is enough, set Required to SandboxLevel.Available."
                    : ""));
        }
    }

    /// <summary>What the system cannot enforce of a sandbox, a sentence each.</summary>
    internal IReadOnlyList<string> MissingFor(Sandbox sandbox)
    {
        var missing = new List<string>();
        if (LandlockVersion == 0)
        {
            missing.Add(
                "Files, and the memory of other processes: the kernel has no Landlock (Linux 5.13, or it is not among the security " +
                $"modules chosen at boot): {_whyNoLandlock}.");
        }
        else
        {
            if (!RestrictsPorts && sandbox.Network.Ports is not null)
            {
                missing.Add(Needs("TCP ports", FirstWithPorts, "6.7"));
            }

            if (!RestrictsSignals && sandbox.ChildProcesses)
            {
                missing.Add(Needs("Signals to processes outside, if there may be some inside", FirstWithSignals, "6.12"));
            }
        }

        if (!FiltersSystemCalls)
        {
            missing.Add($"Sockets, processes, and the rest of the kernel: the system refuses a filter of system calls: {_whyNoFilter}.");
        }

        if (!ClosesDescriptors)
        {
            missing.Add("Descriptors of native libraries, which a process inherits: the C library cannot close them.");
        }

        return missing;
    }

    private string Needs(string what, int version, string kernel) => string.Create(
        CultureInfo.InvariantCulture, $"{what}: that needs Landlock {version} (Linux {kernel}); the kernel has version {LandlockVersion}.");

    private static SandboxStrength Ask()
    {
        bool filters = FilterSupport.Try(out string whyNot);
        return new SandboxStrength(LandlockCalls.Version, LandlockCalls.Version == 0 ? LandlockCalls.WhyNot : "", filters, whyNot)
        {
            ClosesDescriptors = PosixSpawn.ClosesAllOthers,
        };
    }
}
