namespace Braid.Checking;

/// <summary>How much a check searches, and how.</summary>
public record CheckOptions
{
    /// <summary>The maximum number of schedules to run. Default 10,000; at least 1.</summary>
    public int Schedules { get; init; } = 10_000;

    /// <summary>
    /// The maximum time to search, from the first schedule on; loading and preparing the program does not count. Default 5 seconds;
    /// <see cref="Timeout.InfiniteTimeSpan"/> for no limit. A run that has begun is completed.
    /// </summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The maximum number of processors that the search uses; at least 1. Each worker but the first runs the body in a further copy of the
    /// program.
    /// The schedules that are run, and what is reported, do not depend on it, unless the time runs out first. Default null: one until the
    /// search has lasted for a third of a second, and then as many as there are, up to eight.
    /// </summary>
    /// <remarks>
    /// One is used nevertheless where copies could disturb each other: if the body captures an object that can change, if it uses files,
    /// environment variables, native functions or anything else that belongs to the process, if something runs outside of control
    /// (<see cref="Uncontrolled"/>), and while a debugger is attached. A replay, the shortening of a schedule and a check for
    /// linearizability also use one.
    /// </remarks>
    public int? Workers { get; init; }

    /// <summary>The seed of the random choices. The same seed gives the same schedules. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How schedules are chosen. Default <see cref="SearchStrategy.Mix"/>.</summary>
    public SearchStrategy Strategy { get; init; }

    /// <summary>
    /// The maximum number of preemptions that <see cref="SearchStrategy.Bounded"/> explores; a preemption is a switch away from a thread
    /// that could have continued. Default 2. Use <see cref="int.MaxValue"/> for all interleavings.
    /// </summary>
    public int Preemptions { get; init; } = 2;

    /// <summary>When virtual time passes. Default <see cref="ClockMode.Quiescent"/>.</summary>
    public ClockMode Clock { get; init; }

    /// <summary>
    /// The order in which threads see each other's writes. Default <see cref="MemoryModel.Sequential"/>; with
    /// <see cref="MemoryModel.Tso"/> there are more schedules, and code in which a volatile read must not overtake a volatile write, such
    /// as
    /// Dekker's algorithm without a full fence, fails as it does on a processor.
    /// </summary>
    public MemoryModel MemoryModel { get; init; }

    /// <summary>How a data race counts. Default <see cref="RaceMode.Report"/>.</summary>
    public RaceMode Races { get; init; }

    /// <summary>The number of steps after which a run counts as endless. Default 20,000.</summary>
    public int MaxSteps { get; init; } = 20_000;

    /// <summary>
    /// What the program sees as <see cref="Environment.ProcessorCount"/>. Default null: 2, and 1 for Braid's kernel, which then does not
    /// spin, so that there are fewer schedules.
    /// </summary>
    public int? Processors { get; init; }

    /// <summary>The replay string of an earlier report: the check runs exactly that schedule and nothing else.</summary>
    public string? Replay { get; init; }

    /// <summary>
    /// Whether timelines show each step inside Braid and .NET's own assemblies, rather than the program's call of them. Default false.
    /// </summary>
    public bool ShowLibraries { get; init; }

    /// <summary>
    /// Stops the search early: the report then states what had been searched by then (<see cref="Verdict.Interrupted"/>), unless a fault
    /// was found. A run that has begun is completed.
    /// </summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>
    /// Known findings, which do not count; the search continues past them, and the report lists them under <see cref="CheckReport.Known"/>.
    /// Each pattern matches a finding's verdict ("data race"), its field ("Account._balance"), method ("Account.Deposit"), assembly,
    /// exception type, or whole <see cref="CheckReport.Key"/>; <c>*</c> stands for anything. Default none.
    /// </summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>
    /// A file with further patterns as in <see cref="Ignore"/>, one per line, as <c>braid check --write-baseline</c> writes it. Default
    /// null: no file.
    /// </summary>
    public string? Baseline { get; init; }

    /// <summary>
    /// Members that the checker does not control and that the program may call nevertheless: each call runs unmodified, without a switch,
    /// and no schedule contains what it does. A pattern is a member with its type and namespace ("System.Net.Dns.GetHostAddressesAsync");
    /// <c>*</c> stands for anything. If there is any pattern, a run that awaits a task which such a call has created waits for it in real
    /// time. The report lists what ran outside of control, and no pass is then exhaustive. Default none: such a call stops the run with
    /// <see cref="Verdict.NotControlled"/>.
    /// </summary>
    public IReadOnlyList<string> Uncontrolled { get; init; } = [];

    /// <summary>Makes the search wait until all its workers have loaded their copies.</summary>
    internal bool AwaitsWorkers { get; init; }

    /// <summary>Treats every finding as known, so that the search finds all of them.</summary>
    internal bool AcceptsAll { get; init; }

    /// <summary>Schedules that failed before, in this build or another: the search runs them first, as far as they apply.</summary>
    internal IReadOnlyList<Reports.ScheduleString> Earlier { get; init; } = [];

    /// <summary>Whether to report the finding without shortening or showing its schedule.</summary>
    internal bool IsVerdictOnly { get; init; }

    /// <summary>Receives the progress of the search about ten times a second, on a thread of its own.</summary>
    public IProgress<CheckProgress>? Progress { get; init; }

    /// <summary>Whether <see cref="MemoryModel.Tso"/> also delays the volatile writes of Braid and .NET: to check their own code.</summary>
    internal bool DelaysLibraries { get; init; }
}
