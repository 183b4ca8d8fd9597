using Braid.Checking.Memory;
using Braid.Checking.Oracles;

namespace Braid.Checking.Engine;

/// <content>The faults that are detected during a run.</content>
internal sealed partial class Execution
{
    // The races that this exploration has noted, by verdict and sites; the sites have been scheduling points since.
    private readonly HashSet<(Verdict, int, int)> _noted = [];

    // Lost updates that do not count, by the sites of the overwriting and of the overwritten write.
    private readonly HashSet<(int, int)> _harmless = [];

    /// <summary>Forgets the races noted so far, so that runs note them again.</summary>
    public void ForgetRaces()
    {
        _noted.Clear();
        _harmless.Clear();
    }

    /// <summary>Called when the run that has just ended does not count: the next run notes again what this one noted first.</summary>
    public void Discard()
    {
        foreach (RaceNote note in RaceNotes)
        {
            _noted.Remove(note.Pair);
        }

        RaceNotes.Clear();
        _harmless.Clear();
    }

    /// <summary>Ends the run with this fault, from within the thread that shows it.</summary>
    public void FailIn(ControlledThread thread, Failure failure)
    {
        Fail(failure);
        Leave(thread);
    }

    /// <summary>Notes two accesses that nothing orders. From the next run on both are scheduling points.</summary>
    /// <param name="variable">The location.</param>
    /// <param name="first">The earlier access.</param>
    /// <param name="second">The later one.</param>
    /// <param name="isReference">
    /// Whether the location is a reference to an object: accesses to it are atomic, and .NET's memory model allows publishing it without
    /// synchronization.
    /// </param>
    public void OnRace(Variable variable, in Access first, in Access second, bool isReference)
    {
        if (Ending)
        {
            return;
        }

        Find(Sites.Point(first.Site));
        Find(Sites.Point(second.Site));
        (Verdict, int, int) pair = (Verdict.DataRace, first.Site, second.Site);
        bool isTrusted = Owners.IsMadeForThreads(first.Site, first.Shown) && Owners.IsMadeForThreads(second.Site, second.Shown);
        if (!isTrusted && _noted.Add(pair))
        {
            bool isUnknown = ((Sites.Traits(first.Site) | Sites.Traits(second.Site)) & SiteTraits.Unknown) != 0;
            bool isForeign = Owners.IsForeign(first.Site, first.Shown) && Owners.IsForeign(second.Site, second.Shown);
            RaceStanding standing = isForeign ? RaceStanding.Foreign
                : isUnknown ? RaceStanding.Unknown
                : isReference ? RaceStanding.Publication
                : RaceStanding.Fault;
            Failure race = isUnknown ? Races.Unknown(this, variable, first, second) : Races.Describe(this, variable, first, second);
            RaceNotes.Add(new RaceNote(pair, race, standing));
        }
    }

    /// <summary>Makes this a scheduling point from the next run on.</summary>
    public void Find(int point)
    {
        if (!Points.Contains(point))
        {
            Discovered.Add(point);
        }
    }

    /// <summary>Called when a write undoes another thread's. Ends the run, unless that does not count.</summary>
    public void OnLostUpdate(ControlledThread thread, Variable variable, int site)
    {
        (int, int) places = (site, variable.WriteSite);
        if (_harmless.Contains(places))
        {
            return;
        }

        Failure failure = Races.LostUpdate(thread, variable, site);
        bool isForeign = Owners.IsForeign(site, thread.Shown(site)) && Owners.IsForeign(variable.WriteSite, variable.WriteShown);
        if (!isForeign && Settings.IsKnown?.Invoke(failure) != true)
        {
            FailIn(thread, failure);
        }

        _harmless.Add(places);
        if (isForeign && _noted.Add((failure.Verdict, places.Item1, places.Item2)))
        {
            RaceNotes.Add(new RaceNote((failure.Verdict, places.Item1, places.Item2), failure, RaceStanding.Foreign));
        }
    }

    /// <summary>
    /// Ends a run that does not count (<see cref="IsDisturbed"/>), where going on would show the program what is impossible: a lock is
    /// identified by its address, and would be taken for another.
    /// </summary>
    public void LeaveIfDisturbed(ControlledThread thread)
    {
        if (!Ending && IsDisturbed)
        {
            EndTrace(isCut: true);
            Ending = true;
            Leave(thread);
        }
    }

    /// <summary>
    /// Ends a run that makes no progress; called by the watchdog. The thread that runs unwinds at its next step or loop iteration.
    /// </summary>
    public void Abandon(Failure failure)
    {
        Failure ??= failure;
        Ending = true;
    }

    /// <summary>
    /// Called when a thread of the run throws. An exception that .NET throws for code that it cannot compile or load may be due to an error
    /// of the rewriter.
    /// </summary>
    public void OnThrown(Exception thrown)
    {
        if (thrown is InvalidProgramException or System.Security.VerificationException or TypeLoadException or MemberAccessException
            or BadImageFormatException)
        {
            RefusedCode ??= thrown;
        }
    }

    /// <summary>
    /// Called when a thread begins to wait without a time limit: it may close a cycle of waits while other threads still run.
    /// </summary>
    public void CheckForCycle(ControlledThread thread)
    {
        if (Deadlocks.FindCycle(thread) is { } cycle)
        {
            FailIn(thread, Deadlocks.Ring(cycle, []));
        }
    }
}
