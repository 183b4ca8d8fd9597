namespace Braid.Threading;

/// <summary>The exceptions for releasing, waiting on or notifying an object that is not held.</summary>
internal static class NotHeld
{
    public static void Throw(object what) =>
        throw new SynchronizationLockException(
            $"The {what.GetType().Name} is not held: acquire it first, and release it once for each time.");

    public static SynchronizationLockException ByCaller(object what) =>
        new($"The {what.GetType().Name} is not held by this thread: only the thread that acquired it may do this.");

    /// <remarks>A plain lock has no owner, so it is enough that it is held; a re-entrant one must be held by this thread.</remarks>
    public static SynchronizationLockException ByCondition(IConditionLock mutex) =>
        new(
            $"The condition's {mutex.GetType().Name} is not held{(mutex.WhyNotAwaited is null ? "" : " by this thread")}: acquire it " +
            "before waiting or notifying.");
}
