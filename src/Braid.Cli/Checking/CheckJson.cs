using System.Text.Json;
using System.Text.Json.Serialization;
using Braid.Checking;
using Braid.Checking.Reports;
using Braid.Checking.Testing;

namespace Braid.Cli;

/// <summary>Reports as they are written for programs. Names and units are part of the contract.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<MethodReport>))]
internal sealed partial class CheckJson : JsonSerializerContext
{
    public static string Write(IReadOnlyList<MethodReport> reports) => JsonSerializer.Serialize(reports, Default.IReadOnlyListMethodReport);
}

/// <summary>The findings about one method.</summary>
/// <param name="Version">The version of this shape, which changes if a property is removed or changes its meaning.</param>
/// <param name="File">The file, as the user named it.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Verdict">What was found.</param>
/// <param name="Failed">Whether a fault was found or the check could not be carried out.</param>
/// <param name="Sentence">What happened, in one sentence.</param>
/// <param name="Key">The fault's name, which stays the same from build to build; null if there is none.</param>
/// <param name="Notes">Findings that are not faults.</param>
/// <param name="Known">Keys of known findings, which do not count.</param>
/// <param name="Details">What each thread waits for.</param>
/// <param name="Scenario">The calls of a check for linearizability; empty for others.</param>
/// <param name="Timeline">The relevant steps.</param>
/// <param name="Steps">All steps of the schedule that the report shows, as data.</param>
/// <param name="Output">The program's output in that run.</param>
/// <param name="Exception">The exception, with its stack; null if there was none.</param>
/// <param name="Replay">The string that runs the schedule again; null if there is none.</param>
/// <param name="Preemptions">The preemptions in that schedule; null if there is none.</param>
/// <param name="HasLeastPreemptions">Whether no schedule with fewer shows the fault, which was proved.</param>
/// <param name="Schedules">The number of schedules run.</param>
/// <param name="Seconds">The duration of the search.</param>
/// <param name="Proves">What the search proves.</param>
/// <param name="Covers">What a pass covers.</param>
/// <param name="Exhaustive">Whether all schedules up to the bound were run.</param>
internal sealed record MethodReport(
    int Version,
    string File,
    string Method,
    Verdict Verdict,
    bool Failed,
    string Sentence,
    string? Key,
    IReadOnlyList<string> Notes,
    IReadOnlyList<string> Known,
    IReadOnlyList<string> Details,
    string Scenario,
    string Timeline,
    IReadOnlyList<CheckStep> Steps,
    string Output,
    string? Exception,
    string? Replay,
    int? Preemptions,
    bool HasLeastPreemptions,
    long Schedules,
    double Seconds,
    string Proves,
    string Covers,
    bool Exhaustive)
{
    public const string Skipped = "skipped";

    private const int CurrentVersion = 1;

    /// <summary>The outcome in words: the verdict; for a test in which there was nothing to order, why.</summary>
    [JsonIgnore]
    public string Outcome { get; private init; } = ReportText.Name(Verdict);

    /// <summary>Whether it is of a test in which there was nothing to order, or that was skipped.</summary>
    [JsonIgnore]
    public bool IsIdle { get; private init; }

    /// <summary>Whether a summary names it.</summary>
    [JsonIgnore]
    public bool IsListed => Verdict != Verdict.Passed && !IsIdle;

    public static MethodReport Of(string file, CheckTarget target, CheckReport report)
    {
        MethodReport found = Of(file, target.Name, report);
        return target.IsTest && report.Verdict == Verdict.NothingChecked
            ? found with
            {
                Outcome = TestBody.SkipReason(report) is null ? "one thread only" : Skipped,
                IsIdle = true,
            }
            : found;
    }

    private static MethodReport Of(string file, string method, CheckReport report) => new(
        CurrentVersion,
        file,
        method,
        report.Verdict,
        report.Failed,
        report.Sentence,
        report.Key,
        report.Notes,
        report.Known,
        report.Details,
        report.Scenario,
        report.Timeline,
        report.Steps,
        report.Output,
        report.Exception?.ToString(),
        report.Replay,
        report.Preemptions,
        report.HasLeastPreemptions,
        report.Schedules,
        report.Elapsed.TotalSeconds,
        report.Proves,
        report.Covers,
        report.Exhaustive);
}
