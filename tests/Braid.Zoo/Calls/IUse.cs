namespace BugZoo.Calls;

/// <summary>An object with calls that may wait, and what has to hold of it.</summary>
internal interface IUse
{
    /// <summary>Whether a call may still wait, at a moment when no thread can go on.</summary>
    /// <param name="side">The side of the call.</param>
    /// <param name="added">By how many items there are more, because of the calls that have ended.</param>
    /// <param name="othersWait">Whether a call of the other side waits too.</param>
    bool MayWait(Side side, int added, bool othersWait);

    /// <summary>Whether a call may throw this exception, because another call has closed or cancelled something.</summary>
    bool MayThrow(Exception thrown);

    /// <summary>Ends the calls that wait.</summary>
    void Close();

    /// <summary>Checks what has to hold when all calls have ended and the object is closed.</summary>
    /// <param name="added">By how many items there are more, because of the calls.</param>
    /// <exception cref="ClaimException">It does not hold.</exception>
    void Check(int added);
}
