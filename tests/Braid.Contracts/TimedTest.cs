using System.Globalization;
using Braid.Diagnostics;

namespace Braid.Contracts;

/// <summary>The base of every test class. The rules of our tests stand here.</summary>
/// <remarks>
/// Tests wait for states (<see cref="Eventually"/>), never for time. A test joins every thread it starts. A test that hangs is ended by the
/// deadline here, which says who waits for whom and takes the run down with it: nothing that comes after a hang can be trusted.
/// </remarks>
public abstract class TimedTest : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(3);

    private readonly Watchdog _watchdog;

    protected TimedTest()
        : this(s_deadline)
    {
    }

    /// <param name="deadline">How long a test may take, for those whose work is long on a busy machine.</param>
    protected TimedTest(TimeSpan deadline)
    {
        // Only the runner disposes a test: one that another test makes as a value would never end, and its watchdog would end the run.
        if (TestContext.Current.TestClass?.TestClassName is { } running && running != GetType().FullName)
        {
            throw new InvalidOperationException($"A test of {running} made a {GetType().FullName}. Take a value that is no test.");
        }

        string? name = TestContext.Current.Test?.TestDisplayName;
        _watchdog = new Watchdog(name ?? GetType().Name, deadline, () => GiveUp(name, deadline));
    }

    /// <summary>The test's own token: cancelled when the run is.</summary>
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Far longer than anything here takes; short enough to end before the deadline.</summary>
    protected static TimeSpan Ample => TimeSpan.FromSeconds(90);

    /// <summary>Short, for waits that are to end by their timeout.</summary>
    protected static TimeSpan Brief => TimeSpan.FromMilliseconds(20);

    public virtual void Dispose() => _watchdog.Dispose();

    /// <summary>What else may have kept it: other tests, a state or a process that is not as it should be, the collector, a full thread pool.</summary>
    private static string Surroundings() => string.Create(CultureInfo.InvariantCulture, $"""
        Tests that run: {string.Join(", ", Watchdog.Running())}
        Awaited states: {string.Join("; ", Eventually.Waits)}
        Processes of the program: {string.Join(", ", Children())}
        Collector: {GC.CollectionCount(2)} full collections, {GC.GetTotalPauseDuration().TotalSeconds:F1} s of pauses, the last {GC.GetGCMemoryInfo(GCKind.Any).PauseDurations[0].TotalSeconds:F1} s, {GC.GetTotalMemory(false) / 1_000_000} MB
        Thread pool: {ThreadPool.ThreadCount} threads, {ThreadPool.PendingWorkItemCount} items wait, {ThreadPool.CompletedWorkItemCount} done
        """);

    /// <summary>Number, name and state of each.</summary>
    private static IEnumerable<string> Children() =>
        from process in System.Diagnostics.Process.GetProcesses()
        let fields = Multiprocessing.ProcessStatus.FieldsOf(process.Id)
        where fields is [_, var parent, ..] && parent == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
        select $"{process.Id} ({process.ProcessName}) {fields[0]}";

    private static void GiveUp(string? name, TimeSpan deadline)
    {
        Console.Error.WriteLine($"{name} did not end within {deadline.TotalSeconds} s.");
        Console.Error.WriteLine(WaitGraph.Capture());
        Environment.FailFast($"{name} did not end within {deadline.TotalSeconds} s. What stands above waits for what is named there.{Environment.NewLine}{Surroundings()}");
    }
}
