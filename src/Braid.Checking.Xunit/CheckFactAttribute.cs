using System.Runtime.CompilerServices;
using Xunit;
using Xunit.v3;

namespace Braid.Checking;

/// <summary>
/// A test of xunit v3 that runs under the checker: many times, under different interleavings of its threads and tasks, until one fails. The
/// failure's message is the report.
/// </summary>
/// <remarks>
/// Each run creates the class and its fixtures anew, in a rewritten copy of the test assembly with all statics in their first state. A test
/// in which only one thread runs fails too, since there is nothing to check in it. A schedule that has failed is kept in a file beside the
/// source, with the extension <c>.schedules</c>, and is run first from then on.
/// </remarks>
/// <param name="sourceFilePath">The compiler provides it.</param>
/// <param name="sourceLineNumber">The compiler provides it.</param>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(CheckFactDiscoverer))]
public sealed class CheckFactAttribute(
    [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : FactAttribute(sourceFilePath, sourceLineNumber)
{
    private static readonly CheckOptions s_standard = new();

    /// <summary>
    /// The maximum number of schedules to run. Default 0: 10,000, or no limit if only <see cref="Seconds"/> is given.
    /// </summary>
    public int Schedules { get; set; }

    /// <summary>
    /// The maximum time to search, in seconds. Default 0: 5 seconds, or no limit if only <see cref="Schedules"/> is given.
    /// </summary>
    public double Seconds { get; set; }

    /// <inheritdoc cref="CheckOptions.Workers"/>
    /// <value>Default 0: as if it were null there.</value>
    public int Workers { get; set; }

    /// <inheritdoc cref="CheckOptions.Seed"/>
    public ulong Seed { get; set; } = s_standard.Seed;

    /// <inheritdoc cref="CheckOptions.Strategy"/>
    public SearchStrategy Strategy { get; set; }

    /// <inheritdoc cref="CheckOptions.Preemptions"/>
    public int Preemptions { get; set; } = s_standard.Preemptions;

    /// <inheritdoc cref="CheckOptions.Clock"/>
    public ClockMode Clock { get; set; }

    /// <inheritdoc cref="CheckOptions.MemoryModel"/>
    public MemoryModel MemoryModel { get; set; }

    /// <inheritdoc cref="CheckOptions.Races"/>
    public RaceMode Races { get; set; }

    /// <inheritdoc cref="CheckOptions.MaxSteps"/>
    public int MaxSteps { get; set; } = s_standard.MaxSteps;

    /// <inheritdoc cref="CheckOptions.Replay"/>
    public string? Replay { get; set; }

    /// <inheritdoc cref="CheckOptions.Ignore"/>
    public string[] Ignore { get; set; } = [];

    /// <summary>
    /// A file with further patterns as in <see cref="Ignore"/>, one per line; relative to the folder of the source. Default null: no file.
    /// </summary>
    public string? Baseline { get; set; }

    /// <param name="folder">What file names are relative to.</param>
    internal CheckOptions ToOptions(string folder) => s_standard with
    {
        Schedules = Schedules > 0 ? Schedules : Seconds > 0 ? int.MaxValue : s_standard.Schedules,
        Time = Seconds > 0 ? TimeSpan.FromSeconds(Seconds) : Schedules > 0 ? System.Threading.Timeout.InfiniteTimeSpan : s_standard.Time,
        Workers = Workers > 0 ? Workers : null,
        Seed = Seed,
        Strategy = Strategy,
        Preemptions = Preemptions,
        Clock = Clock,
        MemoryModel = MemoryModel,
        Races = Races,
        MaxSteps = MaxSteps,
        Replay = Replay,
        Ignore = Ignore,
        Baseline = Baseline is null ? null : Path.Combine(folder, Baseline),
    };
}
