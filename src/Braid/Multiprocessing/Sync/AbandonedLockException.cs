namespace Braid.Multiprocessing;

/// <summary>The process that held the lock died. The lock is held by the caller now, and what it guards may be half changed.</summary>
/// <remarks>
/// Thrown once, to the first caller that acquires the lock after the death. Catch it, mend or check what the lock guards, and release the lock
/// as usual; to let it pass without releasing leaves the lock held. Python counterpart: none; there such a lock stays taken forever.
/// </remarks>
public sealed class AbandonedLockException : ProcessException
{
    /// <summary>Makes an exception with a general message.</summary>
    public AbandonedLockException()
        : this("The process that held the lock died. The lock is held by the caller now; what it guards may be half changed.")
    {
    }

    /// <summary>Makes an exception that says more.</summary>
    public AbandonedLockException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception that says more, and what caused it.</summary>
    public AbandonedLockException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal AbandonedLockException(int ownerPid)
        : this($"Process {(ownerPid == 0 ? "(number unknown)" : ownerPid)} died while it held the lock. The lock is held by the caller now: what it guards may be half changed, so check or mend that, then release the lock as usual.") =>
        OwnerPid = ownerPid;

    /// <summary>The number of the process that died; 0 when unknown.</summary>
    public int OwnerPid { get; }
}
