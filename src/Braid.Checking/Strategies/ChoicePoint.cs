using Braid.Checking.Engine;

namespace Braid.Checking.Strategies;

/// <summary>A moment at which more than one thread could continue.</summary>
internal readonly ref struct ChoicePoint
{
    /// <summary>The threads whose pending operation could proceed, in order of creation; at least two.</summary>
    public required ReadOnlySpan<ControlledThread> Enabled { get; init; }

    /// <summary>All threads that have not ended, including those that wait.</summary>
    public required ReadOnlySpan<ControlledThread> All { get; init; }

    /// <summary>The thread that took the last step. It need not be among <see cref="Enabled"/>.</summary>
    public required ControlledThread? Last { get; init; }

    /// <summary>
    /// Whether <see cref="Last"/> could continue and did not just yield: switching to another thread is then a preemption.
    /// </summary>
    public required bool LastCanContinue { get; init; }

    /// <summary>Scheduling points of this run so far, including those that left no choice.</summary>
    public required int Step { get; init; }

    /// <summary>What the steps of the run have touched so far; null if the search does not ask for it.</summary>
    public StepTrace? Trace { get; init; }

    /// <summary>
    /// Whether choosing this thread means that its timeout expires: it waits, and what it waits for has not happened. Only with a racing
    /// clock, or if several timeouts expire at nearly the same time.
    /// </summary>
    /// <param name="index">Into <see cref="Enabled"/>.</param>
    public bool IsTimeout(int index) => Enabled[index].Alarm is not null && !Enabled[index].IsEnabled;

    /// <summary>The index of the thread with this number in <see cref="Enabled"/>, or -1.</summary>
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

    /// <summary>
    /// The index of <see cref="Last"/> in <see cref="Enabled"/> if switching to another thread would be a preemption; otherwise -1.
    /// </summary>
    public int Continuing
    {
        get
        {
            int place = LastCanContinue ? PlaceOf(Last!.Index) : -1;
            return place >= 0 && IsTimeout(place) ? -1 : place;
        }
    }

    /// <summary>
    /// The default choice: the same thread continues, otherwise the next in order of creation after it, round-robin; if all wait for time
    /// to pass, the one whose timeout expires next.
    /// </summary>
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
