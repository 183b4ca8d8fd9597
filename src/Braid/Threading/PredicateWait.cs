namespace Braid.Threading;

/// <summary>What waiting for a predicate needs of a condition, in-process or shared.</summary>
internal interface IPredicateCondition : ICondition
{
    /// <summary>The lock that is released while waiting.</summary>
    IConditionLock Mutex { get; }

    void ThrowUnlessHeld();

    bool TryWait(Deadline deadline, CancellationToken token);
}

/// <summary>Waits, notification by notification, until a predicate is true.</summary>
internal static class PredicateWait
{
    public static bool TryWaitFor(IPredicateCondition condition, Func<bool> predicate, TimeSpan timeout, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        var deadline = Deadline.After(timeout);
        condition.ThrowUnlessHeld();
        bool holds = predicate();
        while (!holds && !deadline.HasPassed)
        {
            condition.TryWait(deadline, token);
            holds = predicate();
        }

        return holds;
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public static async ValueTask WaitForAsync(IPredicateCondition condition, Func<bool> predicate, CancellationToken token) =>
        await TryWaitForAsync(condition, predicate, Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);

    public static ValueTask<bool> TryWaitForAsync(
        IPredicateCondition condition, Func<bool> predicate, TimeSpan timeout, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return TryWaitForAsync(condition, predicate, Deadline.After(timeout), token);
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private static async ValueTask<bool> TryWaitForAsync(
        IPredicateCondition condition, Func<bool> predicate, Deadline deadline, CancellationToken token)
    {
        condition.Mutex.ThrowUnlessAwaitable();
        condition.ThrowUnlessHeld();
        bool holds = predicate();
        while (!holds && !deadline.HasPassed)
        {
            await condition.TryWaitAsync(deadline.Left, token);      // continues in the caller's context, where the predicate must run
            holds = predicate();
        }

        return holds;
    }
}
