namespace Braid.Cli;

/// <summary>What a machine provides to Braid.</summary>
/// <param name="Braid">Braid's version.</param>
/// <param name="Runtime">.NET and the system below it.</param>
/// <param name="Processors">How many processors may be used, and what limits them.</param>
/// <param name="Memory">How much memory may be used, and what limits it.</param>
/// <param name="Limits">The other limits of one process or user.</param>
/// <param name="Checks">What Braid needs of the system, each feature tried.</param>
/// <param name="Networks">The interfaces that a listener could be bound to; null if the system does not report them.</param>
internal sealed record SystemInfo(
    string Braid,
    RuntimeFacts Runtime,
    ProcessorFacts Processors,
    MemoryFacts Memory,
    LimitFacts Limits,
    IReadOnlyList<Check> Checks,
    IReadOnlyList<NetworkFacts>? Networks)
{
    public static SystemInfo Gather(IEnumerable<Probe> probes)
    {
        var groups = ControlGroups.OfThisProcess(SystemFiles.Read);
        return new SystemInfo(
            RuntimeFacts.VersionOf(typeof(Threading.Lock).Assembly),
            RuntimeFacts.Read(SystemFiles.Read),
            ProcessorFacts.Read(groups, SystemFiles.Read),
            MemoryFacts.Read(groups, SystemFiles.Read),
            LimitFacts.Read(groups, SystemFiles.Read),
            [.. probes.Select(static probe => probe.Run())],
            NetworkFacts.ReadAll());
    }
}
