using Braid.Checking.Engine;

namespace Braid.Checking.Strategies;

/// <summary>A moment at which more than one thread could go on.</summary>
internal readonly ref struct ChoicePoint
{
    /// <summary>Who could do its pending operation, in order of creation; at least two.</summary>
    public required ReadOnlySpan<ControlledThread> Enabled { get; init; }

    /// <summary>All threads that have not ended, with those that wait.</summary>
    public required ReadOnlySpan<ControlledThread> All { get; init; }

    /// <summary>Who did the last step. It need not be among <see cref="Enabled"/>.</summary>
    public required ControlledThread? Last { get; init; }

    /// <summary>Whether <see cref="Last"/> could go on and did not just let others go first: to go on with another thread is a preemption then.</summary>
    public required bool LastCanContinue { get; init; }

    /// <summary>Scheduling points of this run so far, with those that left no choice.</summary>
    public required int Step { get; init; }

    /// <summary>Whether to choose this one means that its time limit passes: it waits, and what it waits for is not there. Only with a racing clock, or when several time limits end at nearly the same time.</summary>
    /// <param name="index">Into <see cref="Enabled"/>.</param>
    public bool IsTimeout(int index) => Enabled[index].Alarm is not null && !Enabled[index].IsEnabled;

    /// <summary>Where the thread of this number is among <see cref="Enabled"/>, or -1.</summary>
    public int PlaceOf(int thread)
    {
        for (int i = 0; i < Enabled.Length; i++)
        {
            if (Enabled[i].Index == thread)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Where <see cref="Last"/> is among <see cref="Enabled"/> if to go on with another thread would be a preemption; else -1.</summary>
    public int Continuing
    {
        get
        {
            int place = LastCanContinue ? PlaceOf(Last!.Index) : -1;
            return place >= 0 && IsTimeout(place) ? -1 : place;
        }
    }

    /// <summary>What happens when nobody decides otherwise: the same thread goes on, else the next in order of creation after it, round and round; and if all wait for time to pass, the one whose time limit is the next.</summary>
    public int Default
    {
        get
        {
            int continuing = Continuing;
            if (continuing >= 0)
            {
                return continuing;
            }

            int first = -1;
            for (int i = 0; i < Enabled.Length; i++)
            {
                if (!IsTimeout(i))
                {
                    if (Last is not null && Enabled[i].Index > Last.Index)
                    {
                        return i;
                    }

                    first = first < 0 ? i : first;
                }
            }

            return first < 0 ? NextDue : first;
        }
    }

    private int NextDue
    {
        get
        {
            int next = 0;
            for (int i = 1; i < Enabled.Length; i++)
            {
                (Alarm alarm, Alarm before) = (Enabled[i].Alarm!, Enabled[next].Alarm!);
                if ((alarm.Due, alarm.Order).CompareTo((before.Due, before.Order)) < 0)
                {
                    next = i;
                }
            }

            return next;
        }
    }
}
