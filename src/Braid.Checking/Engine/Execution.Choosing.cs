using Braid.Checking.Oracles;
using Braid.Checking.Strategies;

namespace Braid.Checking.Engine;

/// <content>Chooses the thread that takes the next step.</content>
internal sealed partial class Execution
{
    private const int StepsBeforeTimePasses = 500;

    /// <summary>
    /// Adds a step to <see cref="Behaviour"/>: its thread, its number among the steps of that thread, and the number of earlier steps that
    /// changed its object.
    /// </summary>
    public void HashBehaviour(ControlledThread thread, in Operation operation)
    {
        if (operation.Target is { } target && target != Never.Instance)
        {
            ulong what = ((ulong)(uint)thread.Index << 48) | ((ulong)(uint)thread.NextStep++ << 24) | (uint)target.Version;
            what *= 0x9E3779B97F4A7C15;
            Behaviour += what ^ (what >> 29);
            if (operation.Kind != OperationKind.Read)
            {
                target.Version++;
            }
        }
    }

    /// <summary>
    /// Makes a thread that yields in a loop wait for others. At first it waits for a step of any of them; if it yields again and again, for
    /// a step of each: otherwise two threads that wait could starve a third.
    /// </summary>
    /// <remarks>
    /// If all enabled threads do nothing but yield, only the passing of time can change anything, as in a run in which no thread is
    /// enabled.
    /// </remarks>
    internal void OnYield(ControlledThread thread)
    {
        TouchUnknown("loops");
        ulong others = 0;
        bool onlyWaiting = true;
        for (int i = 0; i < _aliveCount; i++)
        {
            ControlledThread other = _alive[i];
            if (other == thread || !other.IsEnabled)
            {
                continue;
            }

            onlyWaiting &= other.YieldStreak > 2;
            others |= other.YieldsTo == 0 ? other.Bit : 0;
        }

        thread.YieldStreak++;
        thread.YieldsTo = others;
        if (onlyWaiting && thread.YieldStreak > 2)
        {
            Clock.PassIdly(thread.YieldStreak);
        }
    }

    /// <summary>The thread that takes the next step; null if the run has ended.</summary>
    private ControlledThread? Next(ControlledThread? current)
    {
        Progress++;
        ClearYields();
        Clock.PassInLongRun(Steps - StepsBeforeTimePasses);
        Clock.RingPassed();
        int count;
        while (true)
        {
            count = CollectEnabled();
            if (count == 0 && Clock.OpenWindow())
            {
                continue;
            }

            if (count == 0)
            {
                Fail(Deadlocks.Explain(this));
                return null;
            }

            if (++Steps > Settings.MaxSteps)
            {
                Fail(Livelocks.Explain(this));
                return null;
            }

            ControlledThread? chosen = count == 1 ? _enabled[0] : Choose(current, count);
            if (chosen is null || chosen.IsEnabled)
            {
                _last = chosen;
                return chosen;
            }

            // The choice was that its time limit expires first. It may need something else before it is enabled: a monitor's lock.
            if (Settings.Clock == ClockMode.Racing)
            {
                Clock.AdvanceTo(chosen.Alarm!);
            }
            else
            {
                Clock.Ring(chosen.Alarm!);
            }
        }
    }

    /// <summary>Asks the strategy.</summary>
    /// <returns>Null if the strategy finds that the run diverges from the one that it repeats.</returns>
    private ControlledThread? Choose(ControlledThread? current, int count)
    {
        var point = new ChoicePoint
        {
            Enabled = _enabled.AsSpan(0, count),
            All = _alive.AsSpan(0, _aliveCount),
            Last = _last,
            LastCanContinue = current is { IsEnabled: true } && current.Pending.Kind != OperationKind.Yield && current.YieldsTo == 0,
            Step = Steps,
            Trace = Trace,
        };
        if (Steps > Settings.FairAfter)
        {
            // A replay makes the same choice here by itself.
            int fair = FairChoice(point);
            Log.RecordChoice(point, fair, fair);
            return _enabled[fair];
        }

        int standard = point.Default;
        int choice;
        try
        {
            choice = _strategy!.Choose(point);
        }
        catch (DivergedException e)
        {
            Fail(new Failure(Verdict.Diverged, e.Message) { Exception = e });
            return null;
        }

        Log.RecordChoice(point, standard, choice);
        return _enabled[choice];
    }

    /// <summary>Chooses evenly after very many steps: otherwise a strategy that starves a thread would be reported as a livelock.</summary>
    private int FairChoice(in ChoicePoint point)
    {
        uint draw = unchecked((uint)Steps * 2654435761u);
        return (int)((draw >> 8) % (uint)point.Enabled.Length);
    }

    private int CollectEnabled()
    {
        int count = 0;
        int yielding = 0;
        for (int i = 0; i < _aliveCount; i++)
        {
            ControlledThread thread = _alive[i];
            if (thread.IsEnabled || (thread.Alarm is { } alarm && (Settings.Clock == ClockMode.Racing || Clock.MayRing(alarm))))
            {
                _enabled[count++] = thread;
                yielding += thread.YieldsTo != 0 ? 1 : 0;
            }
        }

        if (yielding == 0)
        {
            return count;
        }

        if (yielding == count)
        {
            for (int i = 0; i < count; i++)
            {
                _enabled[i].YieldsTo = 0;
            }

            return count;
        }

        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (_enabled[i].YieldsTo == 0)
            {
                _enabled[kept++] = _enabled[i];
            }
        }

        HoldsLoopsBack = true;
        return kept;
    }

    /// <summary>Ends the waits of threads that have yielded to the thread that has just taken a step.</summary>
    private void ClearYields()
    {
        if (_last is not { } last)
        {
            return;
        }

        ulong bit = last.Bit;
        for (int i = 0; i < _aliveCount; i++)
        {
            ControlledThread thread = _alive[i];
            if (thread.YieldsTo != 0 && thread != last)
            {
                thread.YieldsTo = thread.YieldStreak <= 2 ? 0 : thread.YieldsTo & ~bit;
            }
        }
    }
}
