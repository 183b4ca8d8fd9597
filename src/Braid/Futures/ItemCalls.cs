namespace Braid.Futures;

/// <summary>Calls a function for one item after another, in a loop with little overhead for tiny items.</summary>
internal static class ItemCalls
{
    /// <param name="target">Receives the outcomes.</param>
    /// <param name="function">What to call for each.</param>
    /// <param name="items">The items.</param>
    /// <param name="first">The index of the first item to call.</param>
    /// <param name="retries">How often an item that fails is tried again.</param>
    /// <param name="callsAll">Whether to continue after an item that failed.</param>
    public static void Run<T, TResult, TTarget>(TTarget target, Func<T, TResult> function, T[] items, int first, int retries, bool callsAll)
        where TTarget : struct, IItemTarget<TResult>
    {
        int index = first;
        while (TryRun(target, function, items, ref index) is { } failure)
        {
            if (retries > 0 && Retry(function, items[index], retries, failure, out TResult? result) is var last)
            {
                failure = last ?? target.TryAdd(result!);
            }

            if (failure is not null)
            {
                target.Fail(failure);
                if (!callsAll)
                {
                    return;
                }
            }

            target.EndItem();
            index++;
        }
    }

    /// <summary>Calls it for the items up to the first that fails.</summary>
    /// <returns>The exception of the item at the index; null if all are done.</returns>
    private static Exception? TryRun<T, TResult, TTarget>(TTarget target, Func<T, TResult> function, T[] items, ref int index)
        where TTarget : struct, IItemTarget<TResult>
    {
        int at = index;
        try
        {
            for (; at < items.Length; at++)
            {
                if (target.TryAdd(function(items[at])) is { } refusal)
                {
                    return refusal;
                }

                target.EndItem();
            }

            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
        finally
        {
            index = at;
        }
    }

    /// <summary>Calls it again for an item whose first attempt failed.</summary>
    /// <returns>The exception of the last attempt; null if one succeeded.</returns>
    private static Exception? Retry<T, TResult>(Func<T, TResult> function, T item, int retries, Exception failure, out TResult? result)
    {
        string history = AttemptHistory.Line(1, failure);
        for (int attempt = 2; ; attempt++)
        {
            try
            {
                result = function(item);
                return null;
            }
            catch (Exception exception) when (attempt <= retries)
            {
                history += AttemptHistory.Line(attempt, exception);
            }
            catch (Exception exception)
            {
                AttemptHistory.Attach(exception, history);
                result = default;
                return exception;
            }
        }
    }
}
