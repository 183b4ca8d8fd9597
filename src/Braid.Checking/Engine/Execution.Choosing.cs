using Braid.Checking.Oracles;
using Braid.Checking.Strategies;

namespace Braid.Checking.Engine;

/// <content>Who goes next.</content>
internal sealed partial class Execution
{
    private const int StepsBeforeTimePasses = 500;

    /// <summary>Tells an order of conflicting steps from another: each step adds which of its thread's steps it is, and what had been done to its object before.</summary>
    public void Behaved(ControlledThread thread, in Operation operation)
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

    /// <summary>A thread that yields lets at least one other do a step; one that yields again and again, all of them: else two who wait could keep a third from ever coming to its turn.</summary>
    /// <remarks>If all who could go on do nothing but yield, only time can end that, as when nobody can go on.</remarks>
    internal void Yielding(ControlledThread thread)
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

    /// <summary>Who does the next step; null when the run has ended.</summary>
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

            // Its time limit was chosen to pass first. It may still need something before it can go on: a monitor's lock.
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
    /// <returns>Null when it finds that the run is not the one it was to be.</returns>
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
            // A replay comes to it by itself.
            int fair = FairChoice(point);
            Log.Chose(point, fair, fair);
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

        Log.Chose(point, standard, choice);
        return _enabled[choice];
    }

    /// <summary>After very many steps each thread is to come to its turn, or a strategy that holds one back forever would be taken for a livelock.</summary>
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

    /// <summary>The thread that has just done a step has thereby let those go on who waited for a step of its.</summary>
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
