namespace Braid.Checking;

/// <summary>How far and how a check searches.</summary>
public sealed record CheckOptions
{
    /// <summary>Schedules to run at most. Default 10,000; at least 1.</summary>
    public int Schedules { get; init; } = 10_000;

    /// <summary>Time to search at most, from the first schedule on: what it takes to load and to prepare the program does not count. Default 5 seconds; <see cref="Timeout.InfiniteTimeSpan"/> for no limit. A run that has begun is brought to its end.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where the random choices begin. The same seed gives the same schedules. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How schedules are chosen. Default <see cref="SearchStrategy.Mix"/>.</summary>
    public SearchStrategy Strategy { get; init; }

    /// <summary>Up to how many preemptions <see cref="SearchStrategy.Bounded"/> goes; a preemption is a switch away from a thread that could have gone on. Default 2. Use <see cref="int.MaxValue"/> for all interleavings.</summary>
    public int Preemptions { get; init; } = 2;

    /// <summary>When virtual time passes. Default <see cref="ClockMode.Quiescent"/>.</summary>
    public ClockMode Clock { get; init; }

    /// <summary>What a data race counts for. Default <see cref="RaceMode.Report"/>.</summary>
    public RaceMode Races { get; init; }

    /// <summary>Steps after which a run is taken for one that never ends. Default 20,000.</summary>
    public int MaxSteps { get; init; } = 20_000;

    /// <summary>What the program gets as <see cref="Environment.ProcessorCount"/>. Default null: 2, and 1 for Braid's kernel, which then does not spin, so that there are fewer schedules.</summary>
    public int? Processors { get; init; }

    /// <summary>The string of an earlier report: exactly that schedule is run, and nothing else.</summary>
    public string? Replay { get; init; }

    /// <summary>Timelines show each step inside of Braid and of .NET's own assemblies; otherwise the program's call of them. Default false.</summary>
    public bool ShowLibraries { get; init; }

    /// <summary>Ends the search before its end: the report then says what was searched until then (<see cref="Verdict.Interrupted"/>), unless a fault was found. A run that has begun is brought to its end.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>
    /// Findings that are known and do not count; the search goes on past them, and the report lists them under <see cref="CheckReport.Known"/>. Each pattern names a finding's verdict ("data race"),
    /// its field ("Account._balance"), method ("Account.Deposit"), assembly, type of exception, or whole <see cref="CheckReport.Key"/>; <c>*</c> stands for anything. Default none.
    /// </summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>A file with further patterns as in <see cref="Ignore"/>, one in each line: what <c>braid check --write-baseline</c> writes. Default null: no file.</summary>
    public string? Baseline { get; init; }

    /// <summary>Whatever is found is taken for known, so that all of it is found.</summary>
    internal bool AcceptsAll { get; init; }

    /// <summary>Is told about ten times a second how far the search has come; called on a thread of its own.</summary>
    public IProgress<CheckProgress>? Progress { get; init; }
}
