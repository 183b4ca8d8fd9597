using Braid.Checking;
using Versus;
using static Versus.Figures;

namespace Checker;

/// <summary>How fast the checker is, on programs in which it finds nothing. Figures are the medians of the rounds.</summary>
/// <remarks>
/// What a step costs is the difference between a body with many steps and one with twice as many, for all that a run costs besides is the same in both.
/// A time is that of the search alone, without loading and rewriting.
/// </remarks>
internal static class Measurements
{
    private const int LongRuns = 1_000;         // of a body with thousands of steps
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>How many workers share a search.</summary>
    public static int Workers { get; set; } = 1;

    /// <returns>The figures, and for those that have one the budget; each is measured when it is asked for.</returns>
    public static IEnumerable<(Row Row, double? Budget)> All(int rounds, int schedules)
    {
        yield return (Rate("two threads, four critical sections", rounds, schedules, Bodies.CriticalSections), 20_000);
        yield return (Rate("two threads, 16 interlocked increments", rounds, schedules, Bodies.Increments), null);
        yield return (Rate("Monitor.Wait and Pulse", rounds, schedules, Bodies.HandOver), null);
        yield return (Rate("Braid's Queue, put and get", rounds, schedules, Bodies.PutAndGet), null);
        yield return (Rate("three tasks, six awaits", rounds, schedules, Bodies.Awaits), 10_000);
        yield return (PerStep("a step, Volatile.Write", rounds, Bodies.Steps, Bodies.WriteOnce, Bodies.WriteTwice), 3_000);
        yield return (PerStep("a step and a switch, Monitor.Wait and Pulse", rounds, Bodies.Turns, Bodies.MonitorOnce, Bodies.MonitorTwice), 10_000);
        yield return (PerStep("a step and a switch, SemaphoreSlim", rounds, Bodies.Turns, Bodies.SemaphoreOnce, Bodies.SemaphoreTwice), 10_000);
    }

    /// <summary>Schedules a second of the bodies of bench/versus/coyote.sh, by its names, each measured once.</summary>
    public static IEnumerable<(string Name, double Rate)> SameAsCoyote(int schedules)
    {
        foreach ((string name, Action body) in new (string, Action)[]
        {
            ("critical sections, Thread", Bodies.CriticalSections),
            ("critical sections, Task.Run", Bodies.CriticalSectionsOfTasks),
            ("critical sections, Task.Run, awaited", Bodies.CriticalSectionsAwaited),
            ("interlocked, Task.Run", Bodies.IncrementsOfTasks),
            ("Monitor.Wait and Pulse, Task.Run", Bodies.HandOverOfTasks),
        })
        {
            Explore(body, Math.Max(schedules / 10, 1));
            yield return (name, schedules / Explore(body, schedules).Elapsed.TotalSeconds);
        }
    }

    /// <exception cref="InvalidOperationException">The search found something, or ended early.</exception>
    public static CheckReport Explore(Action body, int schedules, IProgress<CheckProgress>? progress = null)
    {
        CheckReport report = Check.Explore(body, new CheckOptions
        {
            Schedules = schedules,
            Time = Timeout.InfiniteTimeSpan,
            Strategy = SearchStrategy.Random,
            Workers = Workers,
            Progress = progress,
        });
        return report.Failed || report.Schedules != schedules
            ? throw new InvalidOperationException($"{body.Method.Name} was to pass in {schedules:n0} schedules. After {report.Schedules:n0}: {report}")
            : report;
    }

    private static Row Rate(string name, int rounds, int schedules, Action body)
    {
        Explore(body, Math.Max(schedules / 5, 1));
        return new Row(name, Median(rounds, () => schedules / Explore(body, schedules).Elapsed.TotalSeconds), "schedules/s", name, MoreIsBetter: true);
    }

    private static Row PerStep(string name, int rounds, int steps, Action once, Action twice)
    {
        double SecondsOf(Action body) => Explore(body, LongRuns).Elapsed.TotalSeconds;

        SecondsOf(twice);
        SecondsOf(once);
        return new Row(name, Median(rounds, () => (SecondsOf(twice) - SecondsOf(once)) / LongRuns / steps * NanosecondsPerSecond), "ns", name);
    }
}
