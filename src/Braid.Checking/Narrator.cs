using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Memory;
using Braid.Checking.Oracles;
using Braid.Checking.Reports;
using Braid.Checking.Strategies;

namespace Braid.Checking;

/// <summary>Builds the report of a fault: shortens its schedule, runs it once more with every step recorded, and describes it.</summary>
internal sealed class Narrator(Explorer explorer, Subject subject, CheckOptions options)
{
    private const int Tries = 500;

    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(5);

    private Execution Execution => explorer.Execution;

    public CheckReport Narrate(FoundFault found, long schedules, TimeSpan elapsed, IReadOnlyList<string> notes, IReadOnlyList<string> known)
    {
        CheckReport report = Narrate(found, schedules, elapsed, notes);
        (report.Key, report.Known) = (FindingKey.Of(found.Failure).Text, known);
        return report;
    }

    private CheckReport Narrate(FoundFault found, long schedules, TimeSpan elapsed, IReadOnlyList<string> notes)
    {
        if (options.IsVerdictOnly || found.Overrides is null || found.Failure.Verdict is Verdict.Stuck or Verdict.CheckerFailed)
        {
            return Report(subject.WithScenario(found.Failure), null, null, schedules, elapsed, notes);
        }

        var minimizer = new Minimizer(
            (IStrategy strategy, out TrialRun run) => Try(found, strategy, out run),
            Tries,
            s_time,
            TimeProvider.System,
            options.Cancellation);
        IReadOnlyList<ScheduleLog.Override> shortest = minimizer.Shorten(found.Overrides);

        // Recording each of millions of steps takes so much memory that a garbage collection intervenes in the run every time. A run of the
        // minimizer in which one intervened may have shown the fault in another way than its schedule: then the schedule as found is shown.
        Recorder? recorder;
        Failure? shown = Record(found, shortest, recorder = new Recorder()) ?? Record(found, shortest, recorder = new Recorder())
            ?? Record(found, shortest, recorder = null)
            ?? Record(found, found.Overrides, recorder = new Recorder()) ?? Record(found, found.Overrides, recorder = null);
        if (shown is null)
        {
            return Report(
                new Failure(
                    Verdict.Nondeterministic,
                    $"a schedule showed a fault ({found.Failure.Sentence}) and did not show it again: the body depends on something that " +
                    "the checker does not control")
                {
                    Exception = found.Failure.Exception,
                },
                null, null, schedules, elapsed, notes);
        }

        Failure classified = Classify(shown, recorder?.Steps ?? []);
        CheckReport report = Report(
            subject.WithScenario(classified),
            recorder is not null ? new Timeline(recorder, classified, options.ShowLibraries) : null,
            Replay(found.Points),
            schedules,
            elapsed,
            notes,
            RunNumbers.OutputOf(Execution));
        report.Preemptions = Execution.Log.Preemptions;
        report.HasLeastPreemptions = minimizer.IsLeast && report.Preemptions == minimizer.Preemptions;
        return report;
    }

    /// <summary>Runs a schedule, recording every step if there is a recorder.</summary>
    /// <returns>The fault, if it occurs.</returns>
    private Failure? Record(FoundFault found, IReadOnlyList<ScheduleLog.Override> overrides, Recorder? recorder)
    {
        Execution.Recorder = recorder;
        var strategy = new TolerantReplay(overrides);
        strategy.Begin(0);
        bool shows = Try(found, strategy, out _);
        Execution.Recorder = null;
        recorder?.End();
        return !shows ? null : found.IsRace ? Execution.RaceNotes.Find(found.IsShownBy)!.Failure : Execution.Failure;
    }

    private bool Try(FoundFault found, IStrategy strategy, out TrialRun run)
    {
        Execution.ForgetRaces();
        explorer.Run(strategy, 0, found.Points);
        ScheduleLog log = Execution.Log;
        run = new TrialRun(
            [.. log.Overrides],
            log.Preemptions,
            Execution.Switches,
            new RunSummary(Execution.Steps, log.Choices, Execution.Failure is not null, NewPoints: false, log.Hash));
        return found.ShownBy(Execution);
    }

    /// <summary>
    /// What the steps of a run reveal about its fault: a failed assertion after a lost update is that lost update, and a wait inside a
    /// library may be for a signal that was lost.
    /// </summary>
    public static Failure Classify(Failure failure, IReadOnlyList<RecordedStep> steps) => failure.Verdict switch
    {
        Verdict.AssertionFailed when UpdateHistory.FindLost(steps) is { } lost =>
            failure with { Verdict = Verdict.LostUpdate, Sentence = $"{lost.Sentence}; then {failure.Sentence}", About = lost.About },
        Verdict.Deadlock when LostCalls.Find(failure, steps) is { } lost => lost with { Scenario = failure.Scenario },
        _ => failure,
    };

    private string Replay(Points points) => subject.WithScenario(Schedule(points));

    private string Schedule(Points points) => new ScheduleString
    {
        Fingerprint = subject.Fingerprint,
        Clock = options.Clock,
        MemoryModel = options.MemoryModel,
        MaxSteps = options.MaxSteps == new CheckOptions().MaxSteps ? null : options.MaxSteps,
        Releases = points.Releases,
        RacyPoints = [.. points.All.Select(Sites.PointHash)],
        Overrides = Execution.Log.Overrides,
        Choices = Execution.Log.Choices,
        Hash = Execution.Log.Hash,
    }.ToString();

    public static CheckReport Report(
        Failure failure,
        Timeline? timeline,
        string? replay,
        long schedules,
        TimeSpan elapsed,
        IReadOnlyList<string> notes,
        string output = "") =>
        new()
        {
            Verdict = failure.Verdict,
            Sentence = failure.Sentence,
            Scenario = failure.Scenario,
            Timeline = timeline is null ? "" : TextTimeline.Write(timeline),
            Steps = timeline?.Steps() ?? [],
            Details = failure.Details,
            Replay = replay,
            Output = output,
            Schedules = schedules,
            Elapsed = elapsed,
            Exception = failure.Exception,
            Notes = notes,
            Proves = schedules == 1
                ? $"found in the first schedule, after {elapsed.TotalSeconds:n2} s"
                : $"found in schedule {schedules:n0}, after {elapsed.TotalSeconds:n2} s " +
                    $"({Text.Count((long)(schedules / Math.Max(elapsed.TotalSeconds, 1e-6)), "schedule")} a second)",
        };
}
