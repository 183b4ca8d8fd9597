using System.Diagnostics;
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
/// The search runs in batches (<see cref="ISearch"/>), which grow with the number of runs: what the first runs show is used at once, and
/// once there have been many, several workers (<see cref="SearchCrew"/>) share a batch. The results are counted in the order of the batch's
/// parts, up to the first that ends the search or shows new scheduling points; those after it count for nothing. So what a search runs and
/// reports does not depend on the number of workers, unless its time runs out.
/// </para>
/// </remarks>
internal sealed class Explorer : IDisposable
{
    private const int RacesGoOnFor = 1_000;
    private const int MostBehaviours = 50_000;   // the maximum number counted; more would say nothing more, and memory is to stay bounded
    private const int MostRehearsals = 4;
    private const int RunsForOneInBatch = 4;     // a batch is a quarter of all runs before it since the search began or restarted
    private const int LargestBatch = 256;
    private const int MostWorkers = 8;

    // A copy of the program and its rehearsal cost hundreds of milliseconds of a processor. Many searches end sooner than that.
    private static readonly TimeSpan s_aloneAtFirst = TimeSpan.FromMilliseconds(300);

    private readonly CheckOptions _options;
    private readonly Subject _subject;
    private readonly Func<Subject>? _another;
    private readonly Runner _main;
    private readonly HashSet<ulong> _behaviours = [];
    private readonly Stopwatch _clock = new();
    private readonly Stopwatch _search = new();
    private readonly List<string> _notes = [];
    private readonly HashSet<string> _noted = [];
    private readonly HashSet<(int, int, int, int)> _storeLoads = [];    // those already among the notes
    private readonly Coverage _coverage;        // of this search, or of all those that it is one of

    // Immutable, since a run or a found schedule may hold it: new points replace it.
    private Points _points = new();
    private Proof? _proof;
    private ISearch? _plan;
    private volatile SearchCrew? _crew;   // written by the thread that explores
    private (int Steps, uint Hash) _rehearsed;
    private FoundFault? _race;
    private bool _mayShare = true;  // false once workers have disturbed each other
    private long _lastNew;
    private bool _sawUnknown;     // unordered calls of one unexamined object were seen
    private long _cutShort;         // runs that ended at a known fault
    private Failure? _stray;        // what runs of workers that have gone did outside of control
    private long _schedules;
    private int _workers = 1;       // as many as have shared a batch

    /// <param name="subject">The body.</param>
    /// <param name="options">How to search.</param>
    /// <param name="coverage">Adds up what several searches cover; null for this one alone.</param>
    /// <param name="another">Makes a further copy of the body, for another worker; null if there is to be no other.</param>
    public Explorer(Subject subject, CheckOptions options, Coverage? coverage = null, Func<Subject>? another = null)
    {
        (_subject, _options, _another) = (subject, options, another);
        _coverage = coverage ?? new Coverage(options);
        _main = new Runner(subject, options, _coverage);
    }

    public Execution Execution => _main.Execution;

    /// <summary>The runners of all workers, the explorer's own first; for the watchdog.</summary>
    public IEnumerable<Runner> Runners => [_main, .. _crew?.Runners ?? []];

    private KnownFindings Known => _main.Known;

    /// <summary>The settings of all executions of a check.</summary>
    public static ExecutionSettings Settings(CheckOptions options, Subject subject, Func<Failure, bool> isKnown) => new()
    {
        Clock = options.Clock,
        MemoryModel = options.MemoryModel,
        DelaysLibraries = options.DelaysLibraries,
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
    public Action<Execution>? Observer
    {
        get;
        init
        {
            field = value;
            _main.SeesAll = value is not null;
        }
    }

    /// <summary>Whether every schedule has been run.</summary>
    public bool HasRunAll => _proof is { Exhausted: true };

    /// <summary>Whether each order of conflicting steps has been run, and not every schedule.</summary>
    public bool LeavesOrdersOut => _plan is Reduction { Orders.Exhausted: true };

    /// <summary>The number of schedules run so far; the watchdog reads it and may see a slightly older number.</summary>
    public long Schedules => Volatile.Read(ref _schedules);

    /// <summary>The current phase, for the watchdog and for progress reports.</summary>
    public string Phase { get; private set; } = "preparing";

    public TimeSpan Elapsed => _clock.Elapsed;

    public CheckReport Explore()
    {
        CheckReport report = ExploreOrReplay();
        return _options.Uncontrolled.Count == 0 && (_stray ?? Stray(_main)) is { } stray ? Failed(FoundFault.Only(stray)) : report;
    }

    private CheckReport ExploreOrReplay()
    {
        _clock.Start();
        if (_options.Replay is { } text)
        {
            return new Replayer(this, _subject, _options).Run(ScheduleString.Parse(text));
        }

        FoundFault? found = Rehearse();
        _main.EndRehearsal();
        Phase = "searching";
        found ??= RunEarlier() ?? Search();
        Dismiss();
        found ??= _race;
        _clock.Stop();
        return found is null ? Passed() : Failed(found);
    }

    public void Dispose()
    {
        Dismiss();
        _main.Dispose();
    }

    /// <summary>Makes one run of the body, while no worker works.</summary>
    public void Run(IStrategy strategy, int run, Points points) => _main.TryRun(strategy, run, points, isAlone: true);

    /// <summary>Dismisses all workers but the explorer's own. Called while none works, or when the exploration is abandoned.</summary>
    public void Dismiss()
    {
        if (_crew is not { } crew)
        {
            return;
        }

        _crew = null;
        foreach (Runner runner in crew.Dismiss())
        {
            _stray ??= Stray(runner);
            Known.Add(runner.Known);
            _coverage.Add(runner.Coverage);
        }
    }

    private static Failure? Stray(Runner runner) => runner.Execution.Settings.Stray is { Frames: not null } stray ? stray.Describe() : null;

    private FoundFault? Rehearse()
    {
        (int Steps, uint Hash) before = default;
        for (int run = 0; run < MostRehearsals; run++)
        {
            if (Try(new TolerantReplay([]), new Points()).EndsSearch)
            {
                return FoundFault.In(Execution);
            }

            (int Steps, uint Hash) now = (Execution.Steps, Execution.Log.Hash);
            if (run > 0 && now == before)
            {
                _rehearsed = now;
                return null;
            }

            before = now;
        }

        return FoundFault.Only(
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

    private static string DescribeDivergence(DivergedException e) =>
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

    /// <summary>Runs the schedules that failed before: a fault that is back shows immediately.</summary>
    private FoundFault? RunEarlier()
    {
        foreach (ScheduleString schedule in _options.Earlier.Where(
            schedule => schedule.Clock == _options.Clock && schedule.MemoryModel == _options.MemoryModel))
        {
            bool knewRace = _race is not null;
            var strategy = new TolerantReplay(schedule.Overrides);
            strategy.Begin(0);
            bool ends = Try(strategy, schedule.ToPoints()).EndsSearch;
            Volatile.Write(ref _schedules, _schedules + 1);
            if (ends || (_race is not null && !knewRace))
            {
                _notes.Add("a schedule that had failed before was run first, and fails again");
            }

            if (ends)
            {
                return FoundFault.In(Execution);
            }
        }

        return null;
    }

    private FoundFault? Search()
    {
        ISearch plan = _plan = Plan();
        Execution.Trace = plan is Reduction ? new StepTrace() : null;
        _search.Start();
        long last = long.MaxValue;
        long runs = 0;      // since the search began or restarted
        while (_schedules < Math.Min(_options.Schedules, last) && InTime())
        {
            long most = Math.Min(Math.Min(_options.Schedules, last) - _schedules, Math.Clamp(runs / RunsForOneInBatch, 1, LargestBatch));
            IReadOnlyList<BatchPart> parts = plan.Next((int)most);
            if (parts.Count == 0)
            {
                break;
            }

            var batch = new Batch(parts, _points, InTime);
            if (parts.Count > 1)
            {
                Share(batch);
            }

            long before = _schedules;
            (FoundFault? found, bool restarts) = Count(batch);
            if (found is not null)
            {
                return found;
            }

            plan.Learn();
            runs += _schedules - before;
            if (restarts)
            {
                plan.Restart();
                runs = 0;
                ForgetRaces();
            }
            else if (batch.HasUncounted)
            {
                // What happened there can happen again, and each time the runs after it are made alone anyway.
                Dismiss();
                _mayShare = false;
            }

            if (_race is not null && last == long.MaxValue)
            {
                last = _schedules + RacesGoOnFor;
            }
        }

        _proof = Proof.Of(plan);
        return null;
    }

    /// <summary>
    /// Runs that did not count may have noted races, and an execution notes each only once: from now on it notes them again.
    /// </summary>
    private void ForgetRaces()
    {
        if (_crew is { } crew)
        {
            Execution.ForgetRaces();
            crew.ForgetRaces();
        }
    }

    /// <summary>Counts the runs of a batch in order, and makes those that no worker has made.</summary>
    /// <returns>What was found, and whether there are new points: then the runs after that do not count.</returns>
    private (FoundFault? Found, bool Restarts) Count(Batch batch)
    {
        foreach (Batch.PartRuns part in batch.Parts)
        {
            for (int i = 0; i < part.Results.Count || batch.Next(part, _main) is not null; i++)
            {
                RunResult result = part.Results[i];
                Count(result);
                Volatile.Write(ref _schedules, _schedules + 1);
                part.Part.Done++;
                if (result.Diverged is { } diverged)
                {
                    return (FoundFault.Only(Nondeterministic(DescribeDivergence(diverged), [.. Execution.Log.Overrides])), false);
                }

                if (result.EndsSearch)
                {
                    return (FoundFault.In(Execution), false);
                }

                if (result.NewPoints is not null)
                {
                    return (null, true);
                }
            }
        }

        return (null, false);
    }

    /// <summary>Runs a batch by all workers that there are; the first of them begin here.</summary>
    private void Share(Batch batch)
    {
        if (_crew is null && MayShare())
        {
            int workers = _options.Workers ?? Math.Min(Environment.ProcessorCount, MostWorkers);
            _crew = new SearchCrew(_another!, _options with { Progress = null }, _rehearsed);
            _crew.Begin(workers - 1);
            if (_options.AwaitsWorkers)
            {
                _crew.AwaitWorkers();
            }
        }

        _workers = Math.Max(_workers, 1 + _crew?.Share(batch, _main) ?? 1);
    }

    /// <summary>Whether copies of the program can run at the same time: they share the process and what the body captures.</summary>
    private bool MayShare() =>
        _mayShare && _another is not null && Observer is null
            && (_options.Workers is { } workers ? workers > 1 : Environment.ProcessorCount > 1 && _search.Elapsed > s_aloneAtFirst)
            && _options.Uncontrolled.Count == 0 && _subject is { SharesNothing: true, Scenarios: null, Context.NotExamined.Count: 0 }
            && !Execution.UsesProcess && !Debugger.IsAttached;

    private bool InTime() => !_options.Cancellation.IsCancellationRequested && HasTime();

    private bool HasTime() => _schedules == 0 || _options.Time == Timeout.InfiniteTimeSpan || _search.Elapsed < _options.Time;

    /// <summary>Makes one run outside the search.</summary>
    private RunResult Try(IStrategy strategy, Points points)
    {
        Run(strategy, 0, points);
        RunResult result = _main.Result(_points);
        Count(result);
        return result;
    }

    private void Count(RunResult result)
    {
        Observer?.Invoke(Execution);
        _cutShort += result.IsCutShort ? 1 : 0;
        if (_behaviours.Count < MostBehaviours && _behaviours.Add(result.Behaviour))
        {
            _lastNew = _schedules;
        }

        foreach ((RaceNote note, FoundFault found) in result.Races)
        {
            NoteRace(note, found);
        }

        foreach (StoreLoad pair in result.StoreLoads)
        {
            if (_storeLoads.Add(pair.Key))
            {
                _notes.Add(pair.ToString());
            }
        }

        _points = result.NewPoints ?? _points;
    }

    /// <summary>Whether a race counts as a fault.</summary>
    public bool Counts(RaceNote note) => note.Standing switch
    {
        RaceStanding.Foreign or RaceStanding.Unknown => false,
        RaceStanding.Publication => _options.Races == RaceMode.Strict,
        _ => _options.Races != RaceMode.Explore,
    };

    private void NoteRace(RaceNote note, FoundFault found)
    {
        _sawUnknown |= note.Standing == RaceStanding.Unknown;
        if (Counts(note))
        {
            if (!Known.Include(note.Failure))
            {
                _race ??= found;
            }
        }
        else if (!Known.Name(note.Failure)
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

    private ISearch Plan() => _options.Strategy switch
    {
        SearchStrategy.Random => new Sampling(new StickyRandom(_options.Seed)),
        SearchStrategy.Pct => new Sampling(new Pct(_options.Seed)),
        SearchStrategy.Bounded => new BoundedSearch(_options.Preemptions),
        SearchStrategy.Dpor => new Reduction(),
        SearchStrategy.Pos => new Sampling(new Pos(_options.Seed)),
        SearchStrategy.Urw => new Sampling(new Urw(_options.Seed)),
        _ => new Mix(_options.Seed, int.MaxValue),
    };

    private CheckReport Passed()
    {
        bool isChecked = _coverage.HasSchedules && _schedules > 0;

        bool isInterrupted = _options.Cancellation.IsCancellationRequested && _proof is not { Exhausted: true };

        // Unexamined code beside the program may do anything, and so may an unexamined object in which threads meet; a processor may
        // reorder what no schedule does, what follows a known fault was not seen, and what ran outside of control may end differently.
        Proof? proof = isChecked && _subject.Context is { NotExamined.Count: 0, Left.Count: 0 } && _storeLoads.Count == 0
            && !_sawUnknown && _cutShort == 0 && !_coverage.IncludesOutside
            ? _proof
            : null;
        return new CheckReport
        {
            Verdict = isInterrupted ? Verdict.Interrupted : isChecked ? Verdict.Passed : Verdict.NothingChecked,
            Sentence = isInterrupted ? "the search was stopped before its end; until then no fault was found"
                : isChecked ? PassedSentence()
                : "one thread ran and no other, so there was nothing to order; start threads in the body",
            Schedules = _schedules,
            Elapsed = _clock.Elapsed,
            Proves = proof is { Exhausted: true } ? proof.Says : $"{(proof is null ? "" : $"{proof.Says}; ")}{Sampled()}",
            Covers = _coverage.Describe(_plan, _subject.Context),
            Notes = _notes,
            Known = [.. Known.Occurred],
            Exhaustive = proof is not null && !isInterrupted,
            Workers = _workers,
            Proof = proof,
        };
    }

    private string PassedSentence() =>
        Known.Occurred.Count is > 0 and var known ? $"no fault was found besides {known:n0} that {(known == 1 ? "is" : "are")} known"
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

    private CheckReport Failed(FoundFault found)
    {
        Phase = "shortening";
        return new Narrator(this, _subject, _options).Narrate(found, Math.Max(1, _schedules), _clock.Elapsed, _notes, [.. Known.Occurred]);
    }
}
