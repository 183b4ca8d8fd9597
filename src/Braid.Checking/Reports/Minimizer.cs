using Braid.Checking.Engine;
using Braid.Checking.Strategies;

namespace Braid.Checking.Reports;

/// <summary>Finds a shorter schedule that shows the same fault.</summary>
/// <remarks>
/// <para>
/// Choi, Zeller: Isolating failure-inducing thread schedules, ISSTA 2002, shortened the list of thread switches by delta debugging (Zeller,
/// Hildebrandt: Simplifying and isolating failure-inducing input, TSE 2002). By itself that stalls: if a switch is left out, the later ones
/// are counted from another point and mean something else. So the following are repeated until none helps: cut the tail, leave out
/// all switches to one thread, delta debugging, leave out one or two switches and shift the later ones, and move each switch to another
/// place.
/// </para>
/// <para>
/// Each trial is run tolerantly, and what counts is what the run then actually chose. Fewer preemptions are better, then fewer overrides,
/// then fewer switches, then an earlier last override. Each accepted trial is better, so this terminates.
/// </para>
/// <para>
/// These steps only search the neighborhood of the schedule that was found. So at the end a <see cref="BoundedSearch"/> runs all schedules
/// with fewer preemptions, those with the fewest first. Usually it completes, which proves that there is no better one; or it finds one,
/// which is then shortened in turn.
/// </para>
/// <para>
/// The order of trials is fixed, and the number of runs and of their steps bounds them. So the result is the same each time, unless the
/// time runs out; that limit is for runs that wait for something outside of control.
/// </para>
/// </remarks>
/// <param name="trial">Makes a run.</param>
/// <param name="tries">The maximum number of runs of candidates; the search at the end may make four times as many.</param>
/// <param name="time">The maximum time.</param>
/// <param name="clock">Measures it.</param>
/// <param name="cancellation">Ends the search early: the best schedule so far is the result.</param>
internal sealed class Minimizer(ScheduleTrial trial, int tries, TimeSpan time, TimeProvider clock, CancellationToken cancellation = default)
{
    private const int FurthestMove = 8;
    private const int FewEnoughToMove = 16;
    private const int MostSteps = 1_000_000;        // of all candidates, and as many again for the search at the end
    private const int SearchesForOneTry = 4;

    private readonly HashSet<string> _tried = [];
    private readonly long _began = clock.GetTimestamp();
    private IReadOnlyList<ScheduleLog.Override> _best = [];
    private (int Preemptions, int Overrides, int Switches, int Last) _score = (int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue);
    private int _steps;
    private int _searched;
    private int _stepsOfSearch;

    /// <summary>The number of runs made.</summary>
    public int Tries { get; private set; }

    /// <summary>The number of preemptions in the best schedule.</summary>
    public int Preemptions => _score.Preemptions;

    /// <summary>Whether every schedule with fewer preemptions was run, and none showed the fault.</summary>
    public bool IsLeast { get; private set; }

    private bool HasTime => clock.GetElapsedTime(_began) < time && (Tries == 0 || !cancellation.IsCancellationRequested);

    private bool HasBudget => Tries < tries && _steps < MostSteps && HasTime;

    /// <param name="failing">A schedule that shows the fault.</param>
    /// <returns>The best schedule found; <paramref name="failing"/> itself if not even that showed the fault again.</returns>
    public IReadOnlyList<ScheduleLog.Override> Shorten(IReadOnlyList<ScheduleLog.Override> failing)
    {
        if (!Try([.. failing]))
        {
            return failing;
        }

        do
        {
            while (CutTail() || DropThread() || DropChunks() || DropAndMove() || Move())
            {
            }
        }
        while (SearchBelow());
        return _best;
    }

    /// <summary>Runs the schedules with fewer preemptions than the best.</summary>
    /// <returns>Whether one of them shows the fault: then it is the best.</returns>
    private bool SearchBelow()
    {
        if (IsLeast || _score.Preemptions == 0)
        {
            IsLeast = true;
            return false;
        }

        var search = new BoundedSearch(_score.Preemptions - 1);
        try
        {
            for (int run = 0; search.Begin(run); run++)
            {
                if (_searched == SearchesForOneTry * tries || _stepsOfSearch >= MostSteps || !HasTime)
                {
                    return false;
                }

                _searched++;
                bool shows = trial(search, out TrialRun made);
                _stepsOfSearch += made.Summary.Steps;
                if (shows)
                {
                    // The earlier rounds were complete.
                    Keep(made);
                    IsLeast = true;
                    return true;
                }

                search.End(made.Summary);
            }
        }
        catch (DivergedException)
        {
            return false;
        }

        IsLeast = search.CompleteUpTo == _score.Preemptions - 1;
        return false;
    }

    /// <summary>Runs a candidate and keeps it if it is better.</summary>
    private bool Try(List<ScheduleLog.Override> candidate)
    {
        if (!HasBudget || !_tried.Add(Key(candidate)))
        {
            return false;
        }

        Tries++;
        var replay = new TolerantReplay(candidate);
        replay.Begin(0);
        bool shows = trial(replay, out TrialRun run);
        _steps += run.Summary.Steps;
        return shows && Keep(run);
    }

    /// <returns>Whether it is better than the best before.</returns>
    private bool Keep(in TrialRun run)
    {
        var score = (run.Preemptions, run.Overrides.Count, run.Switches, run.Overrides.Count == 0 ? -1 : run.Overrides[^1].Choice);
        if (score.CompareTo(_score) >= 0)
        {
            return false;
        }

        (_best, _score) = ([.. run.Overrides], score);
        return true;
    }

    private bool CutTail()
    {
        for (int kept = 0; kept < _best.Count; kept = kept == 0 ? 1 : 2 * kept)
        {
            if (Try([.. _best.Take(kept)]))
            {
                return true;
            }
        }

        return false;
    }

    private bool DropThread()
    {
        foreach (int thread in _best.Select(change => change.Thread).Distinct().ToArray())
        {
            if (Try([.. _best.Where(change => change.Thread != thread)]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Delta debugging: leaves out one chunk after another, first halves of the list, then quarters, down to single overrides.
    /// </summary>
    private bool DropChunks()
    {
        bool dropped = false;
        for (int size = (_best.Count + 1) / 2; size >= 1; size = size == 1 ? 0 : (size + 1) / 2)
        {
            for (int from = 0; from < _best.Count && HasBudget;)
            {
                if (Try(Without(from, size, shift: 0)))
                {
                    dropped = true;
                }
                else
                {
                    from += size;
                }
            }
        }

        return dropped;
    }

    /// <summary>Leaves out switches and shifts the later ones, whose steps are then counted from another point.</summary>
    private bool DropAndMove()
    {
        if (_best.Count > FewEnoughToMove)
        {
            return false;
        }

        for (int count = 1; count <= 2; count++)
        {
            for (int from = 0; from + count <= _best.Count; from++)
            {
                for (int shift = -FurthestMove / 2; shift <= FurthestMove / 2; shift++)
                {
                    if (Try(Without(from, count, shift)))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private bool Move()
    {
        for (int i = _best.Count - 1; i >= 0 && _best.Count <= FewEnoughToMove && HasBudget; i--)
        {
            for (int distance = 1; distance <= FurthestMove; distance++)
            {
                if (Try(Moved(i, distance)) || Try(Moved(i, -distance)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private List<ScheduleLog.Override> Without(int from, int count, int shift)
    {
        var candidate = new List<ScheduleLog.Override>();
        for (int i = 0; i < _best.Count; i++)
        {
            if (i < from)
            {
                candidate.Add(_best[i]);
            }
            else if (i >= from + count)
            {
                AddAfter(candidate, _best[i] with { Choice = _best[i].Choice + shift });
            }
        }

        return candidate;
    }

    private List<ScheduleLog.Override> Moved(int place, int distance)
    {
        var candidate = new List<ScheduleLog.Override>();
        for (int i = 0; i < _best.Count; i++)
        {
            AddAfter(candidate, i == place ? _best[i] with { Choice = _best[i].Choice + distance } : _best[i]);
        }

        return candidate;
    }

    /// <summary>Overrides are in order of their choices, one for each; one that moved before its predecessor is dropped.</summary>
    private static void AddAfter(List<ScheduleLog.Override> candidate, ScheduleLog.Override change)
    {
        if (change.Choice >= 0 && (candidate.Count == 0 || candidate[^1].Choice < change.Choice))
        {
            candidate.Add(change);
        }
    }

    private static string Key(List<ScheduleLog.Override> candidate) =>
        string.Join(' ', candidate.Select(change => $"{change.Choice}:{change.Thread}"));
}
