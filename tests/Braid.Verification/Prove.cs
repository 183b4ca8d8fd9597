using System.Runtime.CompilerServices;
using Braid.Checking;

namespace Braid.Verification;

/// <summary>Runs a scenario in all interleavings up to a number of preemptions.</summary>
/// <remarks>
/// Checked are the scenario's claims, that all its threads come to their end, and that what they share is ordered by Braid alone:
/// the scenarios keep their own state in plain fields, so a primitive that lets two in, or publishes too little, shows as a data race.
/// </remarks>
internal static class Prove
{
    private const int SchedulesWithDelays = 500;

    /// <param name="preemptions">The bound.</param>
    /// <param name="scenario">Called once for each schedule. It captures nothing.</param>
    /// <param name="clock">Whether time limits may run out while something else could still happen.</param>
    /// <param name="name">For the summary.</param>
    public static void That(int preemptions, Action scenario, ClockMode clock = ClockMode.Quiescent, [CallerMemberName] string name = "") =>
        That(preemptions, options => Check.Explore(scenario, options), clock, name);

    /// <inheritdoc cref="That(int, Action, ClockMode, string)"/>
    public static void That(
        int preemptions, Func<Task> scenario, ClockMode clock = ClockMode.Quiescent, [CallerMemberName] string name = "") =>
        That(preemptions, options => Check.Explore(scenario, options), clock, name);

    private static void That(int preemptions, Func<CheckOptions, CheckReport> explore, ClockMode clock, string name)
    {
        CheckOptions options = new()
        {
            Strategy = SearchStrategy.Bounded,
            Preemptions = preemptions,
            Clock = clock,
            Schedules = int.MaxValue,
            Time = Timeout.InfiniteTimeSpan,
        };
        CheckReport report = explore(options);
        string line = Summary.Add(name, preemptions, clock, report);
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
        Assert.Matches($"^exhaustive(:| up to {preemptions} preemption)", report.Proves);

        // With more preemptions, and the kernel's own volatile writes landing late, as on a processor. That makes too many schedules for a
        // proof: this is a sample of them.
        CheckReport delayed = explore(options with
        {
            MemoryModel = MemoryModel.Tso,
            DelaysLibraries = true,
            Strategy = SearchStrategy.Mix,
            Schedules = SchedulesWithDelays,
        });
        Assert.True(delayed.Verdict == Verdict.Passed, delayed.ToString());
    }
}
