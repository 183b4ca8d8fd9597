namespace Braid.Cli;

/// <summary>A line of the output for people.</summary>
/// <param name="Section">The section it belongs to.</param>
/// <param name="Name">The subject.</param>
/// <param name="Value">The finding.</param>
/// <param name="IsGood">Null for a plain fact.</param>
internal sealed record InfoRow(string Section, string Name, string Value, bool? IsGood = null)
{
    public static IEnumerable<InfoRow> Of(SystemInfo info) =>
    [
        new("program", "Braid", info.Braid),
        new("program", ".NET", $"{info.Runtime.Version}, {info.Runtime.Identifier}"),
        new("program", "system", $"{info.Runtime.System}, {info.Runtime.Kernel}, {info.Runtime.Architecture}"),
        new("resources", "processors", Processors(info.Processors)),
        new("resources", "memory", Memory(info.Memory)),
        new("resources", "open files", Count(info.Limits.OpenFiles, "in a process")),
        new(
            "resources",
            "threads",
            $"{Count(info.Limits.UserTasks, "of one user")}; {Count(info.Limits.GroupTasks, "in the control group")}"),
        .. info.Checks.Select(static check => new InfoRow("needed for processes", check.Name, Tried(check), check.Works)),
        .. info.Networks?.Select(static network => new InfoRow("networks", network.Name, Network(network)))
            ?? [new("networks", "networks", "the system does not report them")],
    ];

    private static string Processors(ProcessorFacts facts)
    {
        string machine = facts.Machine is int count ? $" of {count}" : "";
        string allowed = facts.Allowed is { } numbers ? $"; allowed: {numbers}" : "";
        string quota = facts.Quota is double share ? $"; quota: {share:0.##} ({facts.QuotaFile})" : "; no quota";
        return $"{facts.Usable}{machine} usable{allowed}{quota}";
    }

    private static string Memory(MemoryFacts facts)
    {
        string free = facts.FreeBytes is long bytes ? $"{Quantity.Bytes(bytes)} free of " : "";
        return facts.LimitBytes is long limit
            ? $"{free}{Quantity.Bytes(limit)} ({facts.LimitFile}); the machine has {Quantity.Bytes(facts.MachineBytes)}"
            : $"{free}{Quantity.Bytes(facts.MachineBytes)}; no limit";
    }

    private static string Count(long? limit, string of) => limit is long number ? $"at most {number:N0} {of}" : $"no limit {of}";

    private static string Tried(Check check) => check switch
    {
        { Works: true } => check.Detail,
        { Works: false } => $"missing: {check.Detail} Without it: {check.Disables}.",
        _ => $"{check.Detail}. Without it: {check.Disables}.",
    };

    private static string Network(NetworkFacts facts)
    {
        IEnumerable<string> parts =
        [
            facts.IsUp ? "up" : "down",
            .. facts.IPv4,
            .. facts.IPv6,
            .. facts.Mtu is int mtu ? [$"MTU {mtu}"] : Array.Empty<string>(),
            .. facts.Mac is { } mac ? [$"MAC {mac}"] : Array.Empty<string>(),
        ];
        return string.Join(", ", parts);
    }
}
