using System.Globalization;

namespace Braid.Threading;

/// <summary>The texts of the primitives, in-process and shared: their state, and how many callers wait.</summary>
internal static class StateText
{
    public static string Of(ILock mutex, string name, int waiters) => $"{(mutex.Locked ? "locked" : "unlocked")} {name}{Waiters(waiters)}";

    /// <param name="semaphore">The semaphore.</param>
    /// <param name="limit">The maximum number of permits, if it is bounded.</param>
    /// <param name="waiters">How many callers wait.</param>
    public static string Of(ISemaphore semaphore, int? limit, int waiters) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{semaphore.GetType().Name}, value={semaphore.Value}{(limit is null ? "" : $"/{limit}")}{Waiters(waiters)}");

    public static string Of(IEvent flag, int waiters) => $"{(flag.IsSet ? "set" : "unset")} Event{Waiters(waiters)}";

    public static string Of(IBarrier barrier) =>
        barrier.Broken ? "broken Barrier" : $"Barrier, waiters={barrier.Waiting}/{barrier.Parties}";

    private static string Waiters(int count) => count == 0 ? "" : $", waiters={count}";
}
