namespace Braid.Checking;

/// <summary>What a check has found. <see cref="ToString"/> is the whole report.</summary>
public sealed class CheckReport
{
    /// <summary>What was found.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>A fault was found, or the check could not be carried out to its end.</summary>
    public bool Failed => Verdict != Verdict.Passed;

    /// <summary>One sentence that says what happened, with the names of threads and fields.</summary>
    public required string Sentence { get; init; }

    /// <summary>A column for each thread and a row for each step that matters. Empty if the check passed.</summary>
    public string Timeline { get; init; } = "";

    /// <summary>Further lines about the fault: who waits for what, and holds what since where.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>Runs the failing schedule again, in this process or another one. Null if there is none.</summary>
    public string? Replay { get; init; }

    /// <summary>What the program wrote to the console in the run that the report shows. Runs of a search are silent.</summary>
    public string Output { get; init; } = "";

    /// <summary>Schedules run before the fault was found, or in all.</summary>
    public required long Schedules { get; init; }

    /// <summary>Time the search took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>What the run proves: "all interleavings with at most 2 preemptions", or how many schedules showed how many behaviours.</summary>
    public required string Proves { get; init; }

    /// <summary>What a pass covers and what it does not: threads, memory model, clock, searches, assemblies. Empty if the check did not pass.</summary>
    public string Covers { get; init; } = "";

    /// <summary>The check passed, and went through all schedules up to the bound that <see cref="Proves"/> names; nothing beside the program was left unlooked at.</summary>
    public bool Exhaustive { get; init; }

    /// <summary>What the program threw, if that is the fault.</summary>
    public Exception? Exception { get; init; }

    /// <summary>The fault's name from one build to the next, without line numbers: for <see cref="CheckOptions.Ignore"/> and baselines. Null if no fault was found.</summary>
    public string? Key { get; internal set; }

    /// <summary>Keys of findings that were met and do not count, on account of <see cref="CheckOptions.Ignore"/> or <see cref="CheckOptions.Baseline"/>.</summary>
    public IReadOnlyList<string> Known { get; internal set; } = [];

    /// <summary>Further findings that are no faults: races inside of packages, references that are published without synchronisation.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The report as text: sentence, timeline, replay string, what it proves.</summary>
    public override string ToString() => Reports.ReportText.Write(this);
}
