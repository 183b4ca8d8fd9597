namespace Braid.Cli;

/// <summary>How many processors may be used, and what limits them.</summary>
/// <param name="Usable">How many processors .NET uses here, and Braid's executors by default.</param>
/// <param name="Machine">How many the machine has; null if it does not report it.</param>
/// <param name="Allowed">
/// The numbers of the processors that the process may run on, as ranges; null if the system does not report them.
/// </param>
/// <param name="Quota">How many processors' worth of time the control group may use; null if that is not limited.</param>
/// <param name="QuotaFile">The file that states the quota.</param>
internal sealed record ProcessorFacts(int Usable, int? Machine, string? Allowed, double? Quota, string? QuotaFile)
{
    private const string AllowedLine = "Cpus_allowed_list:";

    public static ProcessorFacts Read(ControlGroups groups, Func<string, string?> read)
    {
        Quota? quota = groups.Processors();
        string? allowed = SystemFiles.LinesOf(read("/proc/self/status"))
            .FirstOrDefault(static line => line.StartsWith(AllowedLine, StringComparison.Ordinal));
        return new ProcessorFacts(
            Environment.ProcessorCount,
            read("/sys/devices/system/cpu/online") is { } online ? CountIn(online) : null,
            allowed?[AllowedLine.Length..].Trim(),
            quota?.Processors,
            quota?.File);
    }

    /// <summary>How many numbers a list of ranges such as <c>0-3,6</c> contains.</summary>
    internal static int CountIn(string ranges) =>
        ranges.Trim().Split(',').Select(static range => range.Split('-'))
            .Sum(static ends => int.Parse(ends[^1], null) - int.Parse(ends[0], null) + 1);
}
