using System.Diagnostics.CodeAnalysis;

namespace Braid.Queues;

/// <summary>
/// Gets from whichever of several queues has an item first: one attempt at each, then a choice that waits in the lines of all, starting
/// with a given one.
/// </summary>
/// <typeparam name="TQueue">The type of the queues, in-process or shared.</typeparam>
/// <typeparam name="T">The type of the items.</typeparam>
internal static class AnyOf<TQueue, T>
    where TQueue : class, IItemSource<T>
{
    public static bool TryGet(
        IEnumerable<TQueue> queues,
        Func<TQueue[], int, Choice<TQueue, T>> newChoice,
        [MaybeNullWhen(false)] out TQueue from,
        [MaybeNullWhen(false)] out T item,
        TimeSpan timeout,
        CancellationToken token)
    {
        var deadline = Deadline.After(timeout);
        TQueue[] all = AnyOf.Check(queues);
        token.ThrowIfCancellationRequested();
        int first = AnyOf.NextTurn(all.Length);
        if (TryNow(all, first, awaits: false, isLast: timeout == TimeSpan.Zero, out from, out item))
        {
            return true;
        }

        Choice<TQueue, T>? choice = timeout == TimeSpan.Zero ? null : newChoice(all, first);
        bool got = choice is not null && choice.Wait(deadline, token);
        (from, item) = got ? (choice!.From, choice.ReadItem()) : (default, default);
        return got;
    }

    public static ValueTask<(TQueue Queue, T Item)> GetAsync(
        IEnumerable<TQueue> queues, Func<TQueue[], int, Choice<TQueue, T>> newChoice, CancellationToken token)
    {
        TQueue[] all = AnyOf.Check(queues);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<(TQueue, T)>(token);
        }

        try
        {
            int first = AnyOf.NextTurn(all.Length);
            return TryNow(all, first, awaits: true, isLast: false, out TQueue? from, out T? item)
                ? new ValueTask<(TQueue, T)>((from, item))
                : newChoice(all, first).WaitAsync(token);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<(TQueue, T)>(exception);
        }
    }

    public static ValueTask<(bool Success, TQueue Queue, T Item)> TryGetAsync(
        IEnumerable<TQueue> queues, Func<TQueue[], int, Choice<TQueue, T>> newChoice, TimeSpan timeout, CancellationToken token)
    {
        Deadline.Check(timeout);
        TQueue[] all = AnyOf.Check(queues);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<(bool, TQueue, T)>(token);
        }

        try
        {
            int first = AnyOf.NextTurn(all.Length);
            bool isLast = timeout == TimeSpan.Zero;
            return TryNow(all, first, awaits: true, isLast, out TQueue? from, out T? item)
                ? new ValueTask<(bool, TQueue, T)>((true, from, item))
                : isLast ? default
                : newChoice(all, first).TryWaitAsync(timeout, token);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<(bool, TQueue, T)>(exception);
        }
    }

    private static bool TryNow(
        TQueue[] all, int first, bool awaits, bool isLast, [MaybeNullWhen(false)] out TQueue from, [MaybeNullWhen(false)] out T item)
    {
        int ended = 0;
        for (int i = 0; i < all.Length; i++)
        {
            from = all[(first + i) % all.Length];
            if (from.TryGetUnlessEnded(out item, awaits, isLast, out bool isEnded))
            {
                return true;
            }

            ended += isEnded ? 1 : 0;
        }

        (from, item) = (default, default);
        return ended == all.Length ? throw new QueueShutDownException() : false;
    }
}

/// <summary>The parts of getting from any of several queues that do not depend on their type.</summary>
internal static class AnyOf
{
    private static int s_turn;   // by Interlocked: which of several queues that have an item comes first

    /// <summary>Which of the given number of queues comes first this time.</summary>
    // All that matters is that turns differ; nothing is ordered by the number.
    public static int NextTurn(int count) => (int)((uint)Interlocked.Increment(ref s_turn) % (uint)count);

    /// <summary>The queues as a non-empty array.</summary>
    public static TQueue[] Check<TQueue>(IEnumerable<TQueue> queues)
        where TQueue : class
    {
        ArgumentNullException.ThrowIfNull(queues);
        TQueue[] all = [.. queues];
        return all.Length > 0 && Array.TrueForAll(all, static queue => queue is not null) ? all
            : throw new ArgumentException(
                all.Length == 0 ? "There is no queue to get from." : "One of the queues is null.", nameof(queues));
    }
}
