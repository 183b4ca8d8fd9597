using Braid.Multiprocessing;

namespace Braid.Futures;

/// <summary>The results of a few items, up to the first that failed. It may come from another process.</summary>
[Serializable]
internal sealed class Chunk<TResult>(List<TResult> results, Exception? failure)
{
    public List<TResult> Results => results;

    public Exception? Failure => failure;

    /// <summary>The outcomes of the items behind the one that failed; null when there are none. It is written here, and does not travel.</summary>
    [field: NonSerialized]
    public Chunk<TResult>? Rest { get; set; }

    /// <summary>A call for some items, up to the first that fails. It holds nothing but the function and them.</summary>
    /// <param name="function">What to call for each.</param>
    /// <param name="items">The items.</param>
    /// <param name="retries">How often an item is tried again that fails.</param>
    public static Func<Chunk<TResult>> Call<T>(Func<T, TResult> function, T[] items, int retries) => () => Of(function, items, retries, callsAll: false);

    /// <summary>A call for some items, whichever of them fail. It holds nothing but the function and them.</summary>
    /// <inheritdoc cref="Call"/>
    public static Func<Chunk<TResult>> CallAll<T>(Func<T, TResult> function, T[] items, int retries) => () => Of(function, items, retries, callsAll: true);

    private static Chunk<TResult> Of<T>(Func<T, TResult> function, T[] items, int retries, bool callsAll)
    {
        var results = new List<TResult>();
        if (ItemStream.Take() is { } stream)
        {
            Fill(stream, function, items, retries, callsAll);
            return new Chunk<TResult>(results, null);   // they went another way
        }

        Exception? first = null;
        results.EnsureCapacity(items.Length);
        for (int index = 0; index < items.Length && (callsAll || first is null); index++)
        {
            Exception? failure = TryCall(function, items[index], retries, firstAttempt: 1, history: "", out TResult? result);
            first ??= failure;
            if (first is null)
            {
                results.Add(result!);
            }
        }

        return new Chunk<TResult>(results, first);
    }

    /// <summary>In a worker: puts each result where it outlives the worker, before the next item begins.</summary>
    private static void Fill<T>(ItemStream stream, Func<T, TResult> function, T[] items, int retries, bool callsAll)
    {
        stream.Open<TResult>();
        int index = stream.First;
        while (TryFill(stream, function, items, ref index) is { } failure)
        {
            if (retries > 0 && TryCall(function, items[index], retries - 1, firstAttempt: 2, History(1, failure), out TResult? result) is var last)
            {
                failure = last ?? stream.TryAdd(result!);
            }

            if (failure is not null)
            {
                stream.Fail(failure);
                if (!callsAll)
                {
                    return;
                }
            }

            stream.EndItem();
            index++;
        }
    }

    /// <summary>Calls for one item after the other: what is done for each is little, so that tiny ones cost little.</summary>
    /// <returns>Why the item at the index failed; null when all are done.</returns>
    private static Exception? TryFill<T>(ItemStream stream, Func<T, TResult> function, T[] items, ref int index)
    {
        int at = index;
        try
        {
            for (; at < items.Length; at++)
            {
                if (stream.TryAdd(function(items[at])) is { } refusal)
                {
                    return refusal;
                }

                stream.EndItem();
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

    private static Exception? TryCall<T>(Func<T, TResult> function, T item, int retries, int firstAttempt, string history, out TResult? result)
    {
        for (int attempt = firstAttempt; ; attempt++)
        {
            try
            {
                result = function(item);
                return null;
            }
            catch (Exception exception) when (attempt < firstAttempt + retries)
            {
                history += History(attempt, exception);
            }
            catch (Exception exception)
            {
                Attempts.Tell(exception, history);
                result = default;
                return exception;
            }
        }
    }

    private static string History(int attempt, Exception exception) => $"\n  attempt {attempt}: {exception.GetType()}: {SafeText.MessageOf(exception)}";
}
