using Braid.Checking.Strategies;

namespace Braid.Checking.Engine;

/// <summary>The choices of a run: only those that differ from the default.</summary>
internal sealed class ScheduleLog
{
    private readonly List<Override> _overrides = [];

    /// <summary>The number of choices so far.</summary>
    public int Choices { get; private set; }

    /// <summary>A hash of all that could be chosen so far: two runs with equal hashes had the same choices.</summary>
    public uint Hash { get; private set; }

    public IReadOnlyList<Override> Overrides => _overrides;

    /// <summary>
    /// Choices that a bounded search pays for: switches away from a thread that could have continued, and timeouts that expired although
    /// something else could happen.
    /// </summary>
    public int Preemptions { get; private set; }

    public void RecordChoice(in ChoicePoint point, int standard, int choice)
    {
        Hash = Extend(Hash, point);
        if (choice != standard)
        {
            _overrides.Add(new Override(Choices, point.Enabled[choice].Index, Hash));
            Preemptions += point.Continuing >= 0 || (point.IsTimeout(choice) && !point.IsTimeout(standard)) ? 1 : 0;
        }

        Choices++;
    }

    /// <summary>The hash after one more choice; 0 is the hash before the first.</summary>
    public static uint Extend(uint hash, in ChoicePoint point)
    {
        foreach (ControlledThread thread in point.Enabled)
        {
            hash = (hash * 31) + (uint)thread.Index + ((uint)thread.Pending.Kind << 8);
        }

        return hash * 0x9E3779B1u;
    }

    public void Clear()
    {
        _overrides.Clear();
        Choices = 0;
        Preemptions = 0;
        Hash = 0;
    }

    /// <summary>At this choice, counted from 0, the thread of this number was chosen against the default.</summary>
    /// <param name="Choice">The index of the choice in the run.</param>
    /// <param name="Thread">The thread's number.</param>
    /// <param name="Hash">
    /// The hash of all that could be chosen, this choice included; from a replay string, its upper eight bits alone.
    /// </param>
    /// <param name="HasHash">Whether the hash is known: a replay string omits it where overrides repeat.</param>
    public readonly record struct Override(int Choice, int Thread, uint Hash, bool HasHash = true);
}
