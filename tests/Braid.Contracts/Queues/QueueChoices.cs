namespace Braid.Contracts;

/// <summary>Getting from any of several queues of one kind. Each call says which of them gave the item: 0 for the first, 1 for the first of the others.</summary>
public static class QueueChoices
{
    public static (int Queue, int Item) GetAny(this IntQueue first, IntQueue[] others, CancellationToken token = default)
    {
        if (first is Queues.Queue<int>)
        {
            Queues.Queue<int>[] all = All<Queues.Queue<int>>(first, others);
            (Queues.Queue<int> from, int item) = Queues.Queue.GetAny(all, token);
            return (Array.IndexOf(all, from), item);
        }
        else
        {
            Multiprocessing.Queue<int>[] all = All<Multiprocessing.Queue<int>>(first, others);
            (Multiprocessing.Queue<int> from, int item) = Multiprocessing.Queue.GetAny(all, token);
            return (Array.IndexOf(all, from), item);
        }
    }

    public static bool TryGetAny(this IntQueue first, IntQueue[] others, out (int Queue, int Item) got, TimeSpan timeout = default, CancellationToken token = default)
    {
        if (first is Queues.Queue<int>)
        {
            Queues.Queue<int>[] all = All<Queues.Queue<int>>(first, others);
            bool success = Queues.Queue.TryGetAny(all, out Queues.Queue<int>? from, out int item, timeout, token);
            got = (Array.IndexOf(all, from), item);
            return success;
        }
        else
        {
            Multiprocessing.Queue<int>[] all = All<Multiprocessing.Queue<int>>(first, others);
            bool success = Multiprocessing.Queue.TryGetAny(all, out Multiprocessing.Queue<int>? from, out int item, timeout, token);
            got = (Array.IndexOf(all, from), item);
            return success;
        }
    }

    public static async ValueTask<(int Queue, int Item)> GetAnyAsync(this IntQueue first, IntQueue[] others, CancellationToken token = default)
    {
        if (first is Queues.Queue<int>)
        {
            Queues.Queue<int>[] all = All<Queues.Queue<int>>(first, others);
            (Queues.Queue<int> from, int item) = await Queues.Queue.GetAnyAsync(all, token);
            return (Array.IndexOf(all, from), item);
        }
        else
        {
            Multiprocessing.Queue<int>[] all = All<Multiprocessing.Queue<int>>(first, others);
            (Multiprocessing.Queue<int> from, int item) = await Multiprocessing.Queue.GetAnyAsync(all, token);
            return (Array.IndexOf(all, from), item);
        }
    }

    public static async ValueTask<(bool Success, (int Queue, int Item) Got)> TryGetAnyAsync(
        this IntQueue first, IntQueue[] others, TimeSpan timeout, CancellationToken token = default)
    {
        if (first is Queues.Queue<int>)
        {
            Queues.Queue<int>[] all = All<Queues.Queue<int>>(first, others);
            (bool success, Queues.Queue<int>? from, int item) = await Queues.Queue.TryGetAnyAsync(all, timeout, token);
            return (success, (Array.IndexOf(all, from), item));
        }
        else
        {
            Multiprocessing.Queue<int>[] all = All<Multiprocessing.Queue<int>>(first, others);
            (bool success, Multiprocessing.Queue<int>? from, int item) = await Multiprocessing.Queue.TryGetAnyAsync(all, timeout, token);
            return (success, (Array.IndexOf(all, from), item));
        }
    }

    private static TQueue[] All<TQueue>(IntQueue first, IntQueue[] others)
        where TQueue : IntQueue => [(TQueue)first, .. others.Cast<TQueue>()];
}
