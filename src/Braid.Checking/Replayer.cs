using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Memory;
using Braid.Checking.Oracles;
using Braid.Checking.Reports;
using Braid.Checking.Strategies;

namespace Braid.Checking;

/// <summary>Runs the schedule of a replay string, and refuses anything else.</summary>
internal sealed class Replayer(Explorer explorer, Subject subject, CheckOptions options)
{
    public CheckReport Run(ScheduleString schedule)
    {
        schedule.RequireFingerprint(subject.Fingerprint);
        var points = new Points { Releases = schedule.Releases };
        foreach (uint hash in schedule.RacyPoints)
        {
            points.Add(Sites.PointOf(hash));
        }

        var strategy = new Replay(schedule.Overrides, schedule.Choices, schedule.Hash);
        var recorder = new Recorder();
        Execution execution = explorer.Execution;
        execution.Recorder = recorder;
        strategy.Begin(0);
        explorer.Run(strategy, 0, points);
        try
        {
            strategy.End(new RunSummary(execution.Steps, execution.Log.Choices, execution.Failure is not null, false, execution.Log.Hash));
        }
        catch (DivergedException e)
        {
            return Narrator.Report(new Failure(Verdict.Diverged, e.Message), "", null, 1, explorer.Elapsed, []);
        }

        RaceNote? race = execution.RaceNotes.Find(explorer.Counts);
        Failure? shown = execution.Failure is { } failure ? Narrator.Classified(failure, recorder) : race?.Failure;
        return shown is null
            ? new CheckReport { Verdict = Verdict.Passed, Sentence = "the schedule ran to its end without a fault", Schedules = 1, Elapsed = explorer.Elapsed, Proves = "one schedule, replayed exactly", Output = RunNumbers.OutputOf(execution) }
            : Narrator.Report(shown, TextTimeline.Write(recorder, shown, options.ShowLibraries), options.Replay, 1, explorer.Elapsed, [], RunNumbers.OutputOf(execution));
    }
}
