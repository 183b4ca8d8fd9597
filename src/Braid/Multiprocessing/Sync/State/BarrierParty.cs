namespace Braid.Multiprocessing;

/// <summary>One party's stay at a barrier. Written by the thread that settles its wait, read when the wait is over.</summary>
internal sealed class BarrierParty(int place, int breaks)
{
    /// <summary>Its place in the wait list; 0 if it was the last to arrive.</summary>
    public int Place => place;

    /// <summary>
    /// How often the barrier had been broken when it arrived: if the count has changed, the barrier was broken for this party.
    /// </summary>
    public int Breaks => breaks;

    /// <summary>Whether it was released, or is to act. Otherwise it timed out or was cancelled.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Whether it is the last of its round.</summary>
    public bool Acts { get; private set; }

    /// <summary>Its number, unless it acts.</summary>
    public int Index { get; private set; }

    /// <summary>The round for which it acts.</summary>
    public long Round { get; private set; }

    /// <summary>Its ticket when it left its wait; -1 if it had none yet.</summary>
    public long TicketAtEnd { get; set; } = -1;

    public void Release(int index) => (Index, IsSettled) = (index, true);

    public void Appoint(long round) => (Acts, Round, IsSettled) = (true, round, true);
}
