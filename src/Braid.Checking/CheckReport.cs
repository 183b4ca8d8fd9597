namespace Braid.Checking;

/// <summary>The result of a check. <see cref="ToString"/> is the whole report.</summary>
public sealed class CheckReport
{
    /// <summary>What was found.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Whether a fault was found or the check could not be completed.</summary>
    public bool Failed => Verdict != Verdict.Passed;

    /// <summary>One sentence that describes what happened, with the names of threads and fields.</summary>
    public required string Sentence { get; init; }

    /// <summary>
    /// For <see cref="Verdict.NotLinearizable"/> and other faults that a check for linearizability found: the calls that were made and what
    /// they returned, with a column per thread. Empty otherwise.
    /// </summary>
    public string Scenario { get; init; } = "";

    /// <summary>A table with a column per thread and a row per relevant step. Empty if the check passed.</summary>
    public string Timeline { get; init; } = "";

    /// <summary>
    /// The timeline as data, for tools: each step of the schedule that the report shows, in order, including those that
    /// <see cref="Timeline"/> leaves out. Steps inside a library are one step, the program's call, unless
    /// <see cref="CheckOptions.ShowLibraries"/> is set. The last 2,000, if there are more. Empty if the check passed, or the run was too
    /// long to be recorded.
    /// </summary>
    public IReadOnlyList<CheckStep> Steps { get; init; } = [];

    /// <summary>
    /// The number of preemptions in the schedule that the report shows: switches away from a thread that could have continued. Null if the
    /// check passed or there is no such schedule.
    /// </summary>
    public int? Preemptions { get; internal set; }

    /// <summary>
    /// Whether all schedules with fewer preemptions were run, as far as scheduling points were known, and none of them shows the fault.
    /// </summary>
    public bool HasLeastPreemptions { get; internal set; }

    /// <summary>Further lines about the fault: what each thread waits for, and which locks it holds and where it acquired them.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>Runs the failing schedule again, in this process or another. Null if there is none.</summary>
    public string? Replay { get; init; }

    /// <summary>What the program wrote to the console in the run that the report shows. The runs of a search are silent.</summary>
    public string Output { get; init; } = "";

    /// <summary>The number of schedules run before the fault was found, or in all.</summary>
    public required long Schedules { get; init; }

    /// <summary>The time that the search took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>
    /// What the search proves: "all interleavings with at most 2 preemptions", or how many schedules showed how many behaviours.
    /// </summary>
    public required string Proves { get; init; }

    /// <summary>
    /// What a pass covers and what it does not: threads, memory model, clock, strategies, assemblies. Empty if the check did not pass.
    /// </summary>
    public string Covers { get; init; } = "";

    /// <summary>
    /// Whether the check passed, ran all schedules up to the bound that <see cref="Proves"/> names, and left no code that runs with the
    /// program unexamined.
    /// </summary>
    public bool Exhaustive { get; init; }

    /// <summary>The exception that the program threw, if that is the fault.</summary>
    public Exception? Exception { get; init; }

    /// <summary>
    /// A name for the fault that stays the same from build to build, without line numbers: for <see cref="CheckOptions.Ignore"/> and
    /// baselines. Null if no fault was found.
    /// </summary>
    public string? Key { get; internal set; }

    /// <summary>
    /// The keys of findings that occurred but do not count, because of <see cref="CheckOptions.Ignore"/> or
    /// <see cref="CheckOptions.Baseline"/>.
    /// </summary>
    public IReadOnlyList<string> Known { get; internal set; } = [];

    /// <summary>
    /// Further findings that are not faults: races inside packages, references that are published without synchronization.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What the search has proved; null if nothing.</summary>
    internal Proof? Proof { get; init; }

    /// <summary>How many workers shared the search; 1 unless it found nothing.</summary>
    internal int Workers { get; init; } = 1;

    /// <summary>The same report of a longer search.</summary>
    internal CheckReport With(long schedules, TimeSpan elapsed, string proves) => new()
    {
        Verdict = Verdict,
        Sentence = Sentence,
        Scenario = Scenario,
        Timeline = Timeline,
        Steps = Steps,
        Details = Details,
        Replay = Replay,
        Output = Output,
        Schedules = schedules,
        Elapsed = elapsed,
        Proves = proves,
        Exception = Exception,
        Key = Key,
        Known = Known,
        Notes = Notes,
    };

    /// <summary>
    /// The report as a page of HTML: a lane per thread or task, with values, source lines, the locks held, and arrows between the steps
    /// that hand over, wake or are awaited. It needs no network and no other file.
    /// </summary>
    public string ToHtml() => Reports.HtmlPage.Write([("", this)]);

    /// <summary>The report as text: sentence, timeline, replay string, what it proves.</summary>
    public override string ToString() => Reports.ReportText.Write(this);
}
