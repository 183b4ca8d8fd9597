using Braid.Checking.Memory;
using Braid.Checking.Oracles;

namespace Braid.Checking.Engine;

/// <content>What is looked for while a run goes on.</content>
internal sealed partial class Execution
{
    // What this exploration has noted already; the places of races are scheduling points since.
    private readonly HashSet<(Verdict, int, int)> _noted = [];

    // Updates whose loss does not count, by the place that overwrites and the one that is overwritten.
    private readonly HashSet<(int, int)> _harmless = [];

    /// <summary>Races that were noted are noted again.</summary>
    public void ForgetRaces()
    {
        _noted.Clear();
        _harmless.Clear();
    }

    /// <summary>The run that has just ended does not count: what it alone has noted, the next one notes again.</summary>
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

    /// <summary>Two accesses that nothing orders. From the next run on both are scheduling points.</summary>
    /// <param name="variable">The place.</param>
    /// <param name="first">The earlier access.</param>
    /// <param name="second">The later one.</param>
    /// <param name="isReference">The place is a reference to an object: reading and writing it is atomic, and .NET's memory model lets it be published without synchronisation.</param>
    public void OnRace(Variable variable, in Access first, in Access second, bool isReference)
    {
        if (Ending)
        {
            return;
        }

        Find(Sites.Point(first.Site));
        Find(Sites.Point(second.Site));
        (Verdict, int, int) pair = (Verdict.DataRace, first.Site, second.Site);
        if ((Sites.Traits(first.Site) & Sites.Traits(second.Site) & SiteTraits.MadeForThreads) == 0 && _noted.Add(pair))
        {
            bool isUnknown = ((Sites.Traits(first.Site) | Sites.Traits(second.Site)) & SiteTraits.Unknown) != 0;
            RaceStanding standing = Owners.IsForeign(first.Site, first.Shown) && Owners.IsForeign(second.Site, second.Shown) ? RaceStanding.Foreign
                : isUnknown ? RaceStanding.Unknown
                : isReference ? RaceStanding.Publication
                : RaceStanding.Fault;
            RaceNotes.Add(new RaceNote(pair, isUnknown ? Races.Unknown(this, variable, first, second) : Races.Describe(this, variable, first, second), standing));
        }
    }

    /// <summary>From the next run on this is a scheduling point too.</summary>
    public void Find(int point)
    {
        if (!Points.Contains(point))
        {
            Found.Add(point);
        }
    }

    /// <summary>A write undoes another thread's. The run ends here, unless that does not count.</summary>
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

    /// <summary>The watchdog ends a run that does not go on. The thread that runs leaves when it next does anything visible, or comes to the end of a loop's turn.</summary>
    public void Abandon(Failure failure)
    {
        Failure ??= failure;
        Ending = true;
    }

    /// <summary>An exception is thrown in one of the threads. Those that .NET throws for code that it cannot compile can mean that the rewriter has made an error.</summary>
    public void OnThrown(Exception thrown)
    {
        if (thrown is InvalidProgramException or System.Security.VerificationException or TypeLoadException or MemberAccessException or BadImageFormatException)
        {
            RefusedCode ??= thrown;
        }
    }

    /// <summary>A thread begins to wait without a time limit: it may have closed a ring, though others still run.</summary>
    public void CheckForCycle(ControlledThread thread)
    {
        if (Deadlocks.FindCycle(thread) is { } cycle)
        {
            FailIn(thread, Deadlocks.Ring(cycle, []));
        }
    }
}
