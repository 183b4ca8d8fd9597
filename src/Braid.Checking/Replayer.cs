using System.Diagnostics;
using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Oracles;
using Braid.Checking.Reports;
using Braid.Checking.Strategies;

namespace Braid.Checking;

/// <summary>Runs the schedule of a replay string, and rejects any other run.</summary>
internal sealed class Replayer(Explorer explorer, Subject subject, CheckOptions options)
{
    private const int Attempts = 3;

    public CheckReport Run(ScheduleString schedule)
    {
        schedule.RequireFingerprint(subject.Fingerprint);
        Points points = schedule.ToPoints();

        // The first run in a copy of the program may differ, since libraries initialize their statics in it, and may yet have the same
        // choices: then it would show other steps than the report did. Under a debugger the program is to run once.
        if (!Debugger.IsAttached)
        {
            Play(schedule, points, null);
        }

        // A run that is too long to record is shown by its verdict alone.
        for (int attempt = 1; ; attempt++)
        {
            Recorder? recorder = attempt < Attempts ? new Recorder() : null;
            DivergedException? diverged = Play(schedule, points, recorder);
            bool fits = diverged is null && explorer.Execution.Failure is not { Verdict: Verdict.CheckerFailed };
            if (fits || attempt == Attempts)
            {
                return diverged is null
                    ? Describe(recorder)
                    : Narrator.Report(new Failure(Verdict.Diverged, diverged.Message), null, null, 1, explorer.Elapsed, []);
            }
        }
    }

    private DivergedException? Play(ScheduleString schedule, Points points, Recorder? recorder)
    {
        var strategy = new Replay(schedule.Overrides, schedule.Choices, schedule.Hash);
        Execution execution = explorer.Execution;
        execution.ForgetRaces();
        execution.Recorder = recorder;
        strategy.Begin(0);
        explorer.Run(strategy, 0, points);
        recorder?.End();
        try
        {
            strategy.End(new RunSummary(execution.Steps, execution.Log.Choices, execution.Failure is not null, false, execution.Log.Hash));
            return null;
        }
        catch (DivergedException e)
        {
            return e;
        }
    }

    private CheckReport Describe(Recorder? recorder)
    {
        Execution execution = explorer.Execution;
        RaceNote? race = execution.RaceNotes.Find(explorer.Counts);
        Failure? shown = execution.Failure is { } failure ? Narrator.Classify(failure, recorder?.Steps ?? []) : race?.Failure;
        return shown is null
            ? new CheckReport
            {
                Verdict = Verdict.Passed,
                Sentence = "the schedule ran to its end without a fault",
                Schedules = 1,
                Elapsed = explorer.Elapsed,
                Proves = "one schedule, replayed exactly",
                Output = RunNumbers.OutputOf(execution),
            }
            : Narrator.Report(
                subject.WithScenario(shown),
                recorder is null ? null : new Timeline(recorder, shown, options.ShowLibraries),
                subject.WithScenario(options.Replay!),
                1,
                explorer.Elapsed,
                [],
                RunNumbers.OutputOf(execution));
    }
}
