using System.Diagnostics;
using Braid.Checking.Reports;

namespace Braid.Checking.Linearizability;

/// <summary>Explores one scenario after another, shortens the first that fails, and reports it.</summary>
/// <remarks>
/// A data race alone does not end the search, as in any other check: its consequences tell more. If no scenario fails in another way,
/// the first one with a race is reported.
/// </remarks>
internal sealed class LinearizabilityCheck : IDisposable
{
    private const int LeastSchedulesToShrink = 2_000;

    private readonly LinearizabilityOptions _options;
    private readonly Subject _subject;
    private readonly ScenarioRunner _runner;
    private readonly SequentialModel _model;
    private readonly Coverage _coverage;
    private readonly Stopwatch _clock = new();
    private readonly SortedSet<string> _notes = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);
    private long _schedules;
    private int _scenarios;
    private int _exhaustive;                                 // scenarios of which every schedule was run
    private readonly SortedDictionary<int, int> _bounded = [];   // of the others, by the preemptions up to which every one was

    public LinearizabilityCheck(Subject subject, LinearizabilityOptions options)
    {
        (_subject, _options, _runner) = (subject, options, subject.Scenarios!);
        _coverage = new Coverage(options);
        _model = new SequentialModel(_runner, Explorer.Settings(options, subject, static _ => true));
        (_runner.Model, _runner.Judge) = (_model, new HistoryJudge(_runner, _model));
    }

    public void Dispose() => _model.Dispose();

    public CheckReport Run()
    {
        CheckReport first = Search(Scenario.Empty, _options with { Schedules = 1, Replay = null, IsVerdictOnly = true });
        if (_runner.Operations.Count == 0 || IsFault(first))
        {
            return first;
        }

        return _options.Replay is { } replay ? Replay(replay) : Explore();
    }

    private CheckReport Replay(string text)
    {
        int dot = text.LastIndexOf('.');
        if (dot < 0 || dot == text.IndexOf('.', StringComparison.Ordinal))
        {
            throw new FormatException(
                "The replay string names no scenario: it is not of a check for linearizability, or was cut off. Copy the whole string " +
                "from the report.");
        }

        var scenario = Scenario.Parse(text.AsSpan(dot + 1).Trim(), _runner.Operations);
        return Search(scenario, Session.Stated(_options with { Replay = text[..dot] }));
    }

    private CheckReport Explore()
    {
        var source = new ScenarioSource(_runner.Operations, _options);
        (Scenario Scenario, CheckReport Report, int Index)? race = null;
        _clock.Start();
        for (int i = 0; i < _options.Scenarios && HasTime(); i++)
        {
            if (source.Next(i) is not { } scenario)
            {
                continue;
            }

            CheckReport report = Search(scenario, _options with
            {
                Time = Share(_options.Scenarios - i),
                Races = race is null ? _options.Races : RaceMode.Explore,
                IsVerdictOnly = true,
            });
            Count(report);
            if (report is { Verdict: Verdict.DataRace })
            {
                race = (scenario, report, _scenarios);
            }
            else if (IsFault(report))
            {
                return Failed(scenario, report, _scenarios);
            }
        }

        _clock.Stop();
        return race is { } found ? Failed(found.Scenario, found.Report, found.Index) : Passed();
    }

    /// <summary>Whether a search of one scenario found a fault; a scenario without anything to order is none.</summary>
    private static bool IsFault(CheckReport report) =>
        report is { Failed: true, Verdict: not (Verdict.NothingChecked or Verdict.Interrupted) };

    private bool HasTime() =>
        !_options.Cancellation.IsCancellationRequested
            && (_options.Time == Timeout.InfiniteTimeSpan || _scenarios == 0 || _clock.Elapsed < _options.Time);

    private TimeSpan Share(int left) => _options.Time == Timeout.InfiniteTimeSpan
        ? _options.Time
        : TimeSpan.FromTicks(Math.Max((_options.Time - _clock.Elapsed).Ticks / left, TimeSpan.TicksPerMillisecond));

    private void Count(CheckReport report)
    {
        _scenarios++;
        _schedules += report.Schedules;
        _notes.UnionWith(report.Notes);
        _known.UnionWith(report.Known);
        if (report.Proof is { Exhausted: true })
        {
            _exhaustive++;
        }
        else if (report.Proof is { } proof)
        {
            _bounded[proof.Preemptions] = _bounded.GetValueOrDefault(proof.Preemptions) + 1;
        }
    }

    private CheckReport Search(Scenario scenario, CheckOptions how)
    {
        _runner.Scenario = scenario;
        CheckReport report = Session.Search(_subject, how, _coverage);
        return report.Exception is ScenarioException refusal ? throw refusal : report;
    }

    /// <summary>Searches for a smaller scenario that fails in the same way, and reports the smallest.</summary>
    private CheckReport Failed(Scenario scenario, CheckReport report, int index)
    {
        if (report.Verdict is Verdict.Stuck or Verdict.CheckerFailed or Verdict.Nondeterministic)
        {
            // More runs would not reveal anything.
            return report;
        }

        var time = Stopwatch.StartNew();
        LinearizabilityOptions how = _options with
        {
            Schedules = (int)Math.Clamp(4 * report.Schedules, Math.Min(LeastSchedulesToShrink, _options.Schedules), _options.Schedules),
            Time = Timeout.InfiniteTimeSpan,
        };
        Scenario smallest = new ScenarioShrinker(candidate =>
            (_options.ShrinkTime == Timeout.InfiniteTimeSpan || time.Elapsed < _options.ShrinkTime)
                && Search(candidate, how with { IsVerdictOnly = true }).Verdict == report.Verdict).Shrink(scenario);
        CheckReport shown = Search(smallest, how);
        if (shown.Verdict != report.Verdict)
        {
            // The same search finds the same fault again, unless that depends on time. Then the scenario as found is searched once more. If
            // that finds no fault either, the first report stands, without a timeline: the check has not passed.
            smallest = scenario;
            shown = Search(scenario, how) is var again && IsFault(again) ? again : report;
        }

        string shortened = smallest.Calls.Count == scenario.Calls.Count && smallest.Concurrent == scenario.Concurrent
            ? ""
            : $", and shortened from {Text.Count(scenario.Calls.Count, "call")} to {smallest.Calls.Count:n0}";
        return shown.With(
            _schedules,
            _clock.Elapsed,
            $"found in scenario {index:n0}, after {Text.Count(_schedules, "schedule")} and {_clock.Elapsed.TotalSeconds:n2} s" +
                shortened);
    }

    private CheckReport Passed()
    {
        bool isInterrupted = _options.Cancellation.IsCancellationRequested;
        string[] extent =
        [
            $"{_exhaustive:n0} of the scenarios in every schedule",
            .. _bounded.Reverse().Select(static bound => $"{bound.Value:n0} in every one {WithPreemptions(bound.Key)}"),
            .. _scenarios - _exhaustive - _bounded.Values.Sum() is > 0 and var rest ? [$"{rest:n0} in some"] : Array.Empty<string>(),
        ];
        return new CheckReport
        {
            Verdict = isInterrupted ? Verdict.Interrupted : _schedules == 0 ? Verdict.NothingChecked : Verdict.Passed,
            Sentence = isInterrupted ? "the search was stopped before its end; until then no fault was found"
                : $"in each schedule that was run, some order of the calls explains their results" +
                    (_known.Count > 0 ? $", besides {_known.Count:n0} that {(_known.Count == 1 ? "is" : "are")} known" : ""),
            Schedules = _schedules,
            Elapsed = _clock.Elapsed,
            Proves = $"{Text.Count(_scenarios, "random scenario")}, {Text.Count(_schedules, "schedule")} in " +
                $"{_clock.Elapsed.TotalSeconds:n1} s: {string.Join(", ", extent)}; a sample of what programs may call, and no proof",
            Covers = $"{_coverage.Describe(null, _subject.Context)}; scenarios of at most {Text.Count(_options.Threads, "thread")} with " +
                $"{Text.Count(_options.OperationsPerThread, "call")} each, {_options.OperationsBefore} before and " +
                $"{_options.OperationsAfter} after them, of " +
                Text.Join(_runner.Operations.Select(static operation => operation.Name).Distinct()),
            Notes = [.. _notes],
            Known = [.. _known],
        };
    }

    private static string WithPreemptions(int most) =>
        most == 0 ? "without a preemption" : $"with up to {Text.Count(most, "preemption")}";
}
