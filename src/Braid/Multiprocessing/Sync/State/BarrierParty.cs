namespace Braid.Multiprocessing;

/// <summary>One party's stay at a barrier. Written by whoever settles its wait, read when that is over.</summary>
internal sealed class BarrierParty(int place, int breaks)
{
    /// <summary>Where it waits; 0 when it was the last to come.</summary>
    public int Place => place;

    /// <summary>How often the barrier had been broken when it came: when that has changed, it was broken for this party.</summary>
    public int Breaks => breaks;

    /// <summary>Whether it was let go, or is to act. If not, its time was up or it was cancelled.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Whether it is the last of its round.</summary>
    public bool Acts { get; private set; }

    /// <summary>Its number, unless it acts.</summary>
    public int Index { get; private set; }

    /// <summary>The round for which it acts.</summary>
    public long Round { get; private set; }

    public void LetGo(int index) => (Index, IsSettled) = (index, true);

    public void LetAct(long round) => (Acts, Round, IsSettled) = (true, round, true);
}
