namespace Braid.Queues;

/// <summary>Gets several items: in a batch, or one after another until the queue is shut down.</summary>
internal static class Batches
{
    public static T[] TryGet<T>(IItemSource<T> queue, int max, TimeSpan timeout, CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return queue.TryGet(out T? first, timeout, token) ? queue.WithMore(first, max) : [];
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public static async ValueTask<T[]> TryGetAsync<T>(IItemSource<T> queue, int max, TimeSpan timeout, CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return await queue.TryGetAsync(timeout, token) is (true, var first) ? queue.WithMore(first, max) : [];
    }

    public static IEnumerable<T> Enumerate<T>(IItemSource<T> queue, CancellationToken token)
    {
        while (queue.TryGetUnlessShutDown(out T? item, token))
        {
            yield return item!;
        }
    }

    public static async IAsyncEnumerator<T> EnumerateAsync<T>(IItemSource<T> queue, CancellationToken token)
    {
        while (true)
        {
            T item;
            try
            {
                item = await queue.GetAsync(token);
            }
            catch (QueueShutDownException)
            {
                yield break;
            }

            yield return item;
        }
    }
}
