using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Braid.Checking.Engine;
using Braid.Checking.Oracles;
using Braid.Checking.Reports;
using Braid.Checking.Strategies;

namespace Braid.Checking;

/// <summary>Searches for a schedule that shows a fault, shortens it, and reports it.</summary>
/// <remarks>
/// <para>
/// Before the search, the body runs with the default choices until two runs in a row are equal: in the first run, .NET initializes statics
/// and compiles, and libraries fill caches that they keep for the life of the process. If the fourth run still differs from the third, the
/// program depends on something that the checker does not control, and no result would mean anything.
/// </para>
/// <para>
/// A data race does not end the search at once. Both accesses become scheduling points, and for a while longer the search looks for what
/// the race leads to: a lost update convinces more than two unordered accesses.
/// </para>
/// <para>
/// A run during which the garbage collector moved objects does not count and is repeated (<see cref="Memory.VariableTable"/>). If a body
/// allocates so much that this happens every time, it runs in a region without collections.
/// </para>
/// </remarks>
internal sealed class Explorer : IDisposable
{
    private const int RacesGoOnFor = 1_000;
    private const int MostBehaviours = 50_000;   // the maximum number counted; more would say nothing more, and memory is to stay bounded
    private const int MostRehearsals = 4;
    private const int Retries = 5;
    private const long QuietBytes = 200 << 20;

    private readonly CheckOptions _options;
    private readonly Subject _subject;
    private readonly HashSet<ulong> _behaviours = [];
    private readonly Stopwatch _clock = new();
    private readonly Stopwatch _search = new();
    private readonly List<string> _notes = [];
    private readonly HashSet<string> _noted = [];
    private readonly HashSet<(int, int, int, int)> _storeLoads = [];    // Those that are already among the notes.
    private readonly KnownFindings _known;
    private readonly Coverage _coverage;        // of this search, or of all those that it is one of

    // Immutable, since a run or a found schedule may hold it: new points replace it.
    private Points _points = new();
    private Proof? _proof;
    private IStrategy? _strategy;
    private Found? _race;
    private long _lastNew;
    private bool _meetsUnknown;     // unordered calls of one unexamined object were seen
    private long _cutShort;         // runs that ended at a known fault
    private long _schedules;

    public Explorer(Subject subject, CheckOptions options, Coverage? coverage = null)
    {
        (_subject, _options) = (subject, options);
        _coverage = coverage ?? new Coverage(options);
        _known = new KnownFindings(options);

        // What the results of calls are to show is judged by them alone: an update that is lost may be one that nobody can miss.
        Func<Failure, bool> isKnown = subject.Scenarios is null
            ? _known.Include
            : failure => failure.Verdict == Verdict.LostUpdate || _known.Include(failure);
        Execution = new Execution(Settings(options, subject, isKnown));
    }

    public Execution Execution { get; }

    /// <summary>The execution that runs now, or ran last: the body's, or that of the model which its results are compared with.</summary>
    public Execution Current => _subject.Scenarios?.Model?.Execution is { IsRunning: true } model ? model : Execution;

    /// <summary>The settings of all executions of a check.</summary>
    public static ExecutionSettings Settings(CheckOptions options, Subject subject, Func<Failure, bool> isKnown) => new()
    {
        Clock = options.Clock,
        Processors = options.Processors,
        MaxSteps = options.MaxSteps,
        Outside = new OutsideCalls(options.Uncontrolled),
        FairAfter = Math.Max(100, options.MaxSteps / 4),
        IsKnown = isKnown,
        BeforeRun = subject.Context.ResetStatics,
        BeforeThread = subject.Context.ResetThreadStatics,
    };

    /// <summary>
    /// Receives each run that counts. If set, no fault ends the search: for callers that want to see everything that can happen.
    /// </summary>
    public Action<Execution>? Observer { get; init; }

    /// <summary>Whether every schedule has been run.</summary>
    public bool HasRunAll => _proof is { Exhausted: true };

    /// <summary>The number of schedules run so far; the watchdog reads it and may see a slightly older number.</summary>
    public long Schedules => Volatile.Read(ref _schedules);

    /// <summary>Whether the body is running for the first times, while .NET loads and compiles what it uses.</summary>
    public bool IsRehearsing => Doing == "preparing";

    /// <summary>The current phase, for the watchdog and for progress reports.</summary>
    public string Doing { get; private set; } = "preparing";

    public TimeSpan Elapsed => _clock.Elapsed;

    public CheckReport Explore()
    {
        _clock.Start();
        if (_options.Replay is { } text)
        {
            return new Replayer(this, _subject, _options).Run(ScheduleString.Parse(text));
        }

        Found? found = Rehearse();
        Doing = "searching";
        found ??= Recall() ?? Search();
        found ??= _race;
        _clock.Stop();
        return found is null ? Passed() : Failed(found);
    }

    public void Dispose() => Execution.Dispose();

    /// <summary>Runs the body once, and again if a garbage collection intervened.</summary>
    public void Run(IStrategy strategy, int run, Points points)
    {
        for (int attempt = 0; ; attempt++)
        {
            bool quiet = attempt >= Retries && TryBeQuiet();
            int collections = GC.CollectionCount(0);
            Execution.Run(_subject.Body, strategy, points);
            if (Execution.RefusedCode is not null && _subject.Context.Survey())
            {
                throw new StaleSubjectException();
            }

            bool moved = GC.CollectionCount(0) != collections;
            if (quiet && System.Runtime.GCSettings.LatencyMode == System.Runtime.GCLatencyMode.NoGCRegion)
            {
                GC.EndNoGCRegion();
            }

            if (!moved
                || Execution.Failure is { Verdict: Verdict.NotControlled or Verdict.Stuck or Verdict.Livelock or Verdict.CheckerFailed })
            {
                Judge();
                return;
            }

            if (attempt > 2 * Retries)
            {
                Execution.Abandon(
                    new Failure(
                        Verdict.CheckerFailed,
                        $"a run of the body allocates so much memory (more than {QuietBytes >> 20} MB) that the garbage collector moves " +
                        "objects in the midst of it; check a smaller case"));
                return;
            }

            Execution.Discard();
            strategy.Begin(run);
        }
    }

    /// <summary>Decides what the results of a scenario's calls are worth.</summary>
    private void Judge()
    {
        if (_subject.Scenarios is not { Judge: { } judge, Model.Execution: { } model })
        {
            return;
        }

        Execution.Judge(judge.Judge(Execution));
        if (model.RefusedCode is not null && _subject.Context.Survey())
        {
            throw new StaleSubjectException();
        }
    }

    /// <returns>False if there is not enough memory for that, or another check in the process is doing it already.</returns>
    private static bool TryBeQuiet()
    {
        try
        {
            return GC.TryStartNoGCRegion(QuietBytes);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    private Found? Rehearse()
    {
        (int Steps, uint Hash) before = default;
        for (int run = 0; run < MostRehearsals; run++)
        {
            Execute(new TolerantReplay([]), 0, new Points());
            if (EndsSearch(out _))
            {
                return Found.In(Execution);
            }

            (int Steps, uint Hash) now = (Execution.Steps, Execution.Log.Hash);
            if (run > 0 && now == before)
            {
                return null;
            }

            before = now;
        }

        return Found.Only(
            Nondeterministic(
                $"runs with the same choices went different ways, each of {MostRehearsals:n0} another than the one before it", []));
    }

    /// <summary>What kept runs from being equal, with the first differing step if the difference shows again.</summary>
    private Failure Nondeterministic(string how, IReadOnlyList<ScheduleLog.Override> overrides)
    {
        IReadOnlyList<RecordedStep> one = Recorded(overrides);
        string first = FirstDifference.Between(one, Recorded(overrides)) is { } difference ? $": {difference}" : "";
        return new Failure(
            Verdict.Nondeterministic,
            $"{how}{first}. The body depends on something that the checker does not control, such as static state in a library, or what " +
            "an earlier run has left behind");
    }

    private static string Astray(DivergedException e) =>
        $"a run went another way than one with the same choices before it: at choice {e.Step:n0} there was {e.Found}, and before " +
        $"{e.Expected}";

    private IReadOnlyList<RecordedStep> Recorded(IReadOnlyList<ScheduleLog.Override> overrides)
    {
        var recorder = new Recorder();
        Execution.Recorder = recorder;
        var strategy = new TolerantReplay(overrides);
        strategy.Begin(0);
        Run(strategy, 0, _points);
        Execution.Recorder = null;
        return recorder.Steps;
    }

    /// <summary>Runs the schedules that have failed before: a fault that is back shows at once.</summary>
    private Found? Recall()
    {
        foreach (ScheduleString schedule in _options.Earlier.Where(schedule => schedule.Clock == _options.Clock))
        {
            bool knewRace = _race is not null;
            var strategy = new TolerantReplay(schedule.Overrides);
            strategy.Begin(0);
            Execute(strategy, 0, schedule.ToPoints());
            Volatile.Write(ref _schedules, _schedules + 1);
            bool ends = EndsSearch(out _);
            if (ends || (_race is not null && !knewRace))
            {
                _notes.Add("a schedule that had failed before was run first, and fails again");
            }

            if (ends)
            {
                return Found.In(Execution);
            }
        }

        return null;
    }

    private Found? Search()
    {
        IStrategy strategy = _strategy = Strategy();
        _search.Start();
        long last = long.MaxValue;
        for (int run = 0; _schedules < Math.Min(_options.Schedules, last) && InTime() && strategy.Begin(run); run++)
        {
            bool newPoints = Execute(strategy, run, _points);
            Volatile.Write(ref _schedules, _schedules + 1);
            if (EndsSearch(out Failure? failure))
            {
                return failure.Verdict == Verdict.Diverged
                    ? Found.Only(Nondeterministic(Astray((DivergedException)failure.Exception!), [.. Execution.Log.Overrides]))
                    : Found.In(Execution);
            }

            try
            {
                strategy.End(
                    new RunSummary(
                        Execution.Steps, Execution.Log.Choices, Execution.Failure is not null, newPoints, Execution.Log.Hash)
                    {
                        Threads = Execution.Threads,
                    });
            }
            catch (DivergedException e)
            {
                return Found.Only(Nondeterministic(Astray(e), [.. Execution.Log.Overrides]));
            }

            if (_race is not null && last == long.MaxValue)
            {
                last = _schedules + RacesGoOnFor;
            }
        }

        _proof = Proof.Of(strategy);
        return null;
    }

    /// <summary>
    /// Whether the run that has just ended shows a fault to report. A known fault also ended the run, but does not end the search.
    /// </summary>
    private bool EndsSearch([NotNullWhen(true)] out Failure? failure)
    {
        failure = Execution.Failure;
        if (failure is null || (Observer is not null && failure.Verdict != Verdict.Diverged))
        {
            return false;
        }

        bool isKnown = _known.Include(failure);
        _cutShort += isKnown ? 1 : 0;
        return !isKnown;
    }

    private bool InTime() => !_options.Cancellation.IsCancellationRequested && HasTime();

    private bool HasTime() => _schedules == 0 || _options.Time == Timeout.InfiniteTimeSpan || _search.Elapsed < _options.Time;

    /// <returns>Whether there are more scheduling points from now on.</returns>
    private bool Execute(IStrategy strategy, int run, Points points)
    {
        Run(strategy, run, points);
        _coverage.Add(Execution);
        Observer?.Invoke(Execution);
        if (_behaviours.Count < MostBehaviours && _behaviours.Add(Execution.Behaviour))
        {
            _lastNew = _schedules;
        }

        foreach (RaceNote note in Execution.RaceNotes)
        {
            NoteRace(note);
        }

        foreach (StoreLoad pair in Execution.StoreLoads.Found)
        {
            if (_storeLoads.Add(pair.Key))
            {
                _notes.Add(pair.ToString());
            }
        }

        if (!Execution.Found.HasMoreThan(_points))
        {
            return false;
        }

        _points = _points.Copy();
        return _points.Add(Execution.Found);
    }

    /// <summary>Whether a race counts as a fault.</summary>
    public bool Counts(RaceNote note) => note.Standing switch
    {
        RaceStanding.Foreign or RaceStanding.Unknown => false,
        RaceStanding.Publication => _options.Races == RaceMode.Strict,
        _ => _options.Races != RaceMode.Explore,
    };

    private void NoteRace(RaceNote note)
    {
        _meetsUnknown |= note.Standing == RaceStanding.Unknown;
        if (Counts(note))
        {
            if (!_known.Include(note.Failure))
            {
                _race ??= Found.Race(Execution, note.Failure);
            }
        }
        else if (!_known.Name(note.Failure)
            && _noted.Add(note.Standing == RaceStanding.Foreign ? Owners.SubjectOf(note.Failure) : FindingKey.Of(note.Failure).Text))
        {
            _notes.Add(note.Standing switch
            {
                RaceStanding.Foreign =>
                    $"{ReportText.Name(note.Failure.Verdict)} inside of {Owners.Of(note.Failure.Sites)}: {note.Failure.Sentence}; " +
                    "nothing of the program was seen to go wrong by it",
                RaceStanding.Publication => $"{note.Failure.Sentence}; it is a reference, which .NET publishes whole",
                _ => note.Failure.Sentence,
            });
        }
    }

    private IStrategy Strategy() => _options.Strategy switch
    {
        SearchStrategy.Random => new StickyRandom(_options.Seed),
        SearchStrategy.Pct => new Pct(_options.Seed),
        SearchStrategy.Bounded => new BoundedSearch(_options.Preemptions),
        _ => new Mix(_options.Seed, int.MaxValue),
    };

    private CheckReport Passed()
    {
        bool isChecked = _coverage.HasSchedules && _schedules > 0;

        bool isInterrupted = _options.Cancellation.IsCancellationRequested && _proof is not { Exhausted: true };

        // Unexamined code beside the program may do anything, and so may an unexamined object in which threads meet; a processor may
        // reorder what no schedule does, what follows a known fault was not seen, and what ran outside of control may end differently.
        Proof? proof = isChecked && _subject.Context is { NotLookedInto.Count: 0, Left.Count: 0 } && _storeLoads.Count == 0
            && !_meetsUnknown && _cutShort == 0 && !_coverage.IncludesOutside
            ? _proof
            : null;
        return new CheckReport
        {
            Verdict = isInterrupted ? Verdict.Interrupted : isChecked ? Verdict.Passed : Verdict.NothingChecked,
            Sentence = isInterrupted ? "the search was stopped before its end; until then no fault was found"
                : isChecked ? Nothing()
                : "one thread ran and no other, so there was nothing to order; start threads in the body",
            Schedules = _schedules,
            Elapsed = _clock.Elapsed,
            Proves = proof is { Exhausted: true } ? proof.Says : $"{(proof is null ? "" : $"{proof.Says}; ")}{Sampled()}",
            Covers = _coverage.Describe(_strategy, _subject.Context),
            Notes = _notes,
            Known = [.. _known.Met],
            Exhaustive = proof is not null && !isInterrupted,
            Proof = proof,
        };
    }

    private string Nothing() =>
        _known.Met.Count > 0 ? $"no fault was found besides {_known.Met.Count:n0} that {(_known.Met.Count == 1 ? "is" : "are")} known"
        : _notes.Count > 0 ? $"no fault was found; {Text.Count(_notes.Count, "note")}"
        : "no fault was found";

    private string Sampled()
    {
        string behaviours = _behaviours.Count < MostBehaviours
            ? $"{Text.Count(_behaviours.Count, "behaviour")}, no new one in the last {_schedules - _lastNew:n0}"
            : $"{Text.Count(MostBehaviours, "behaviour")} and more";
        string ended = _cutShort == 0 ? "" : $"; {Text.Count(_cutShort, "run")} ended at a fault that is known";
        return $"{Text.Count(_schedules, "schedule")} in {_clock.Elapsed.TotalSeconds:n1} s, {behaviours}{ended}";
    }

    private CheckReport Failed(Found found)
    {
        Doing = "shortening";
        return new Narrator(this, _subject, _options).Tell(found, Math.Max(1, _schedules), _clock.Elapsed, _notes, [.. _known.Met]);
    }
}
