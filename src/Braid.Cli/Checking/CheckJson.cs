using System.Text.Json;
using System.Text.Json.Serialization;
using Braid.Checking;
using Braid.Checking.Reports;

namespace Braid.Cli;

/// <summary>Reports as they are written for programs. Names and units are a promise to those.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<MethodReport>))]
internal sealed partial class CheckJson : JsonSerializerContext
{
    public static string Write(IReadOnlyList<MethodReport> reports) => JsonSerializer.Serialize(reports, Default.IReadOnlyListMethodReport);
}

/// <summary>What was found in one method.</summary>
/// <param name="File">The file, as it was named.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Verdict">What was found.</param>
/// <param name="Failed">A fault was found, or the check could not be carried out.</param>
/// <param name="Sentence">What happened.</param>
/// <param name="Key">The fault's name from one build to the next; null if there is none.</param>
/// <param name="Notes">Findings that are no faults.</param>
/// <param name="Known">Keys of findings that are known and do not count.</param>
/// <param name="Details">Who waits for what.</param>
/// <param name="Timeline">The steps that matter.</param>
/// <param name="Output">What the program wrote in that run.</param>
/// <param name="Exception">What was thrown, with its stack; null if nothing was.</param>
/// <param name="Replay">The string that runs the schedule again; null if there is none.</param>
/// <param name="Schedules">How many were run.</param>
/// <param name="Seconds">How long the search took.</param>
/// <param name="Proves">What that proves.</param>
/// <param name="Covers">What a pass covers.</param>
/// <param name="Exhaustive">All schedules up to the bound were run.</param>
internal sealed record MethodReport(
    string File,
    string Method,
    Verdict Verdict,
    bool Failed,
    string Sentence,
    string? Key,
    IReadOnlyList<string> Notes,
    IReadOnlyList<string> Known,
    IReadOnlyList<string> Details,
    string Timeline,
    string Output,
    string? Exception,
    string? Replay,
    long Schedules,
    double Seconds,
    string Proves,
    string Covers,
    bool Exhaustive)
{
    /// <summary>The verdict in words.</summary>
    [JsonIgnore]
    public string Outcome => ReportText.Name(Verdict);

    public static MethodReport Of(string file, string method, CheckReport report) => new(
        file,
        method,
        report.Verdict,
        report.Failed,
        report.Sentence,
        report.Key,
        report.Notes,
        report.Known,
        report.Details,
        report.Timeline,
        report.Output,
        report.Exception?.ToString(),
        report.Replay,
        report.Schedules,
        report.Elapsed.TotalSeconds,
        report.Proves,
        report.Covers,
        report.Exhaustive);
}
