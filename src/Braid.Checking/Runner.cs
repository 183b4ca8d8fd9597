using Braid.Checking.Engine;
using Braid.Checking.Strategies;

namespace Braid.Checking;

/// <summary>Runs a body in one copy of the program.</summary>
/// <remarks>
/// <para>
/// A run during which the garbage collector moved objects does not count and is repeated (<see cref="Memory.VariableTable"/>). If a body
/// allocates so much that this happens every time, it runs in a region without collections.
/// </para>
/// <para>
/// Workers of one search share the process: its collector, its files, and the parts of .NET that are not rewritten. So while others run, a
/// run is not trusted if it ends at a fault, diverges from an earlier one, or is about to change something that belongs to the process: it
/// does not count, and the explorer repeats it while no other run takes place.
/// </para>
/// </remarks>
internal sealed class Runner : IDisposable
{
    private const int MostRehearsals = 4;
    private const int Retries = 5;
    private const long QuietBytes = 200 << 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);   // longer than any run takes; a body could run a check itself
    private static readonly System.Threading.Lock s_quietRun = new();         // held during a run without collections

    private readonly CheckOptions _options;

    /// <param name="subject">The body.</param>
    /// <param name="options">How to search.</param>
    /// <param name="coverage">Adds up what the runs cover; null for this runner alone.</param>
    public Runner(Subject subject, CheckOptions options, Coverage? coverage = null)
    {
        (Subject, _options) = (subject, options);
        Coverage = coverage ?? new Coverage(options);
        Known = new KnownFindings(options);

        // Only the results of its calls decide whether a scenario fails: a lost update may be one that no result shows.
        Func<Failure, bool> isKnown = subject.Scenarios is null
            ? Known.Include
            : failure => failure.Verdict == Verdict.LostUpdate || Known.Include(failure);
        Execution = new Execution(Explorer.Settings(options, subject, isKnown));
    }

    /// <summary>The fault of a body none of whose runs counts.</summary>
    public static Failure AlwaysDisturbed { get; } = new(
        Verdict.CheckerFailed,
        $"a run of the body allocates so much memory (more than {QuietBytes >> 20} MB), or lasts so long while other threads of the " +
        "process allocate, that the garbage collector moves objects in the midst of it; check a smaller case, or in a process of its own");

    public Subject Subject { get; }

    public Execution Execution { get; }

    /// <summary>
    /// The execution that runs now, or ran last: that of the body, or that of the model with which its results are compared.
    /// </summary>
    public Execution Current => Subject.Scenarios?.Model?.Execution is { IsRunning: true } model ? model : Execution;

    /// <summary>The known findings that its runs showed.</summary>
    public KnownFindings Known { get; }

    /// <summary>What its runs covered.</summary>
    public Coverage Coverage { get; }

    /// <summary>Whether faults do not end the search: see <see cref="Explorer.Observer"/>.</summary>
    public bool SeesAll { get; set; }

    /// <summary>
    /// Whether this is one of the first runs, in which .NET loads and compiles what the body uses. The watchdog may see it late.
    /// </summary>
    public bool IsRehearsing { get; private set; } = true;

    public void Dispose() => Execution.Dispose();

    /// <summary>Called when the rehearsals are over.</summary>
    public void EndRehearsal() => IsRehearsing = false;

    /// <summary>Runs the body with the default choices, in a new copy, until two runs in a row are equal.</summary>
    /// <returns>Whether these runs are equal to those of the first copy.</returns>
    /// <param name="first">The steps of a run of the first copy, and the hash of its choices.</param>
    public bool Rehearse((int Steps, uint Hash) first)
    {
        (int Steps, uint Hash) before = default;
        bool isSame = false;
        for (int run = 0; run < MostRehearsals && !isSame; run++)
        {
            if (!TryRun(new TolerantReplay([]), 0, new Points(), isAlone: false) || Execution.Failure is not null)
            {
                return false;
            }

            (int, uint) now = (Execution.Steps, Execution.Log.Hash);
            (isSame, before) = (now == before, now);
        }

        Execution.ForgetRaces();
        EndRehearsal();
        return isSame && before == first;
    }

    /// <summary>Makes a run that has begun in the strategy.</summary>
    /// <param name="strategy">Makes the choices.</param>
    /// <param name="run">The number of the run.</param>
    /// <param name="points">The scheduling points, besides synchronization.</param>
    /// <param name="isAlone">Whether no other worker of the search runs.</param>
    /// <returns>Null if the run does not count, and must be repeated alone.</returns>
    public RunResult? Do(IStrategy strategy, int run, Points points, bool isAlone)
    {
        if (TryRun(strategy, run, points, isAlone))
        {
            bool fails = Fails();
            bool ends = fails && !Known.Include(Execution.Failure!);
            if (!ends || isAlone)
            {
                RunResult result = Result(fails, ends, points);
                DivergedException? diverged = ends ? Execution.Failure!.Exception as DivergedException : End(strategy, result);
                if (diverged is null || isAlone)
                {
                    return result with { Diverged = diverged };
                }
            }
        }

        Execution.Discard();
        return null;
    }

    /// <summary>Runs the body once, and again if a garbage collection intervened.</summary>
    /// <returns>False if the run does not count, since other workers run.</returns>
    public bool TryRun(IStrategy strategy, int run, Points points, bool isAlone)
    {
        bool isEndless = false;
        for (int attempt = 0; ; attempt++)
        {
            Execution.IsAlone = isAlone;
            (bool isDisturbed, bool quiet) = attempt >= Retries || isEndless
                ? RunQuietly(strategy, points)
                : (RunOnce(strategy, points), false);
            if (Execution.RefusedCode is not null)
            {
                if (!isAlone)
                {
                    return false;
                }

                if (Subject.Context.Survey())
                {
                    throw new StaleSubjectException();
                }
            }

            // A run that does not end allocates more than any other, so it soon runs in a region without collections. If that is not
            // possible, or not enough, it counts as it is.
            isEndless = Execution.Failure is { Verdict: Verdict.Livelock };
            if (!isDisturbed
                || Execution.Failure is { Verdict: Verdict.NotControlled or Verdict.Stuck or Verdict.CheckerFailed }
                || (isEndless && (quiet || attempt >= Retries)))
            {
                Judge();
                Coverage.Add(Execution);
                return true;
            }

            if (attempt + 1 == Retries && !isAlone)
            {
                return false;
            }

            if (attempt > 2 * Retries)
            {
                Execution.Abandon(AlwaysDisturbed);
                return true;
            }

            Execution.Discard();
            strategy.Begin(run);
        }
    }

    /// <summary>The result of the run that has just ended.</summary>
    public RunResult Result(Points points)
    {
        bool fails = Fails();
        return Result(fails, fails && !Known.Include(Execution.Failure!), points);
    }

    private RunResult Result(bool fails, bool ends, Points points)
    {
        Points? more = null;
        if (Execution.Discovered.HasMoreThan(points))
        {
            more = points.Copy();
            more.Add(Execution.Discovered);
        }

        return new RunResult
        {
            Behaviour = Execution.Behaviour,
            EndsSearch = ends,
            IsCutShort = fails && !ends,
            Races = Execution.RaceNotes.Count == 0
                ? []
                : [.. Execution.RaceNotes.Select(note => (note, FoundFault.Race(Execution, note.Failure)))],
            StoreLoads = Execution.StoreLoads.Found.Count == 0 ? [] : [.. Execution.StoreLoads.Found],
            NewPoints = more,
        };
    }

    private bool Fails() =>
        Execution.Failure is { } failure && (!SeesAll || failure.Verdict == Verdict.Diverged);

    private DivergedException? End(IStrategy strategy, RunResult result)
    {
        try
        {
            strategy.End(
                new RunSummary(
                    Execution.Steps,
                    Execution.Log.Choices,
                    Execution.Failure is not null,
                    result.NewPoints is not null,
                    Execution.Log.Hash)
                {
                    Threads = Execution.Threads,
                    Trace = Execution.Trace,
                });
            return null;
        }
        catch (DivergedException e)
        {
            return e;
        }
    }

    /// <summary>Judges the results of a scenario's calls.</summary>
    private void Judge()
    {
        if (Subject.Scenarios is not { Judge: { } judge, Model.Execution: { } model })
        {
            return;
        }

        Execution.Judge(judge.Judge(Execution));
        if (model.RefusedCode is not null && Subject.Context.Survey())
        {
            throw new StaleSubjectException();
        }
    }

    /// <returns>Whether a garbage collection intervened.</returns>
    private bool RunOnce(IStrategy strategy, Points points)
    {
        Execution.Run(Subject.Body, strategy, points);
        return Execution.IsDisturbed;
    }

    /// <summary>
    /// Runs the body in a region without collections. There is one in a process: other checks wait until it is over, or they would run out
    /// of attempts.
    /// </summary>
    private (bool IsDisturbed, bool IsQuiet) RunQuietly(IStrategy strategy, Points points)
    {
        bool isMine = s_quietRun.TryEnter(s_patience);
        bool isQuiet = isMine && TryBeQuiet();
        try
        {
            return (RunOnce(strategy, points), isQuiet);
        }
        finally
        {
            if (isQuiet && System.Runtime.GCSettings.LatencyMode == System.Runtime.GCLatencyMode.NoGCRegion)
            {
                EndQuiet();
            }

            if (isMine)
            {
                s_quietRun.Exit();
            }
        }
    }

    /// <summary>Allows collections again.</summary>
    public static void EndQuiet()
    {
        try
        {
            GC.EndNoGCRegion();
        }
        catch (InvalidOperationException)
        {
            // What other threads of the process allocate has ended the region since it was looked at.
        }
    }

    /// <returns>False if there is not enough memory for that, or the program has such a region itself.</returns>
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
}
