namespace Braid.Multiprocessing;

/// <summary>The process that held the lock died. The caller now holds the lock, and the state it guards may be incomplete.</summary>
/// <remarks>
/// Thrown once, to the first caller that acquires the lock after the death. Catch it, check or repair the guarded state, and release the
/// lock as usual; if the exception is left uncaught, the lock stays held. Python counterpart: none; in Python such a lock stays taken
/// forever.
/// </remarks>
public sealed class AbandonedLockException : ProcessException
{
    /// <summary>Creates an exception with a general message.</summary>
    public AbandonedLockException()
        : this("The process that held the lock died. The lock is held by the caller now; what it guards may be half changed.")
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    public AbandonedLockException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and a cause.</summary>
    public AbandonedLockException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal AbandonedLockException(int ownerPid)
        : this(
            $"Process {(ownerPid == 0 ? "(number unknown)" : ownerPid)} died while it held the lock. The lock is held by the caller now: " +
            "what it guards may be half changed, so check or mend that, then release the lock as usual.") =>
        OwnerPid = ownerPid;

    /// <summary>The pid of the process that died; 0 if unknown.</summary>
    public int OwnerPid { get; }
}
