using System.Collections.Concurrent;

namespace Braid.Checking.Hooks;

/// <summary>The interface through which a BlockingCollection uses its store: a ConcurrentQueue unless the program gives another.</summary>
[Hooks(typeof(IProducerConsumerCollection<>))]
internal static class ProducerConsumerHooks
{
    public static bool TryAdd<T>(IProducerConsumerCollection<T> self, T item, int site)
    {
        if (self is ConcurrentQueue<T>)
        {
            QueueResource.Change(self, site);
        }

        return self.TryAdd(item);
    }

    public static bool TryTake<T>(IProducerConsumerCollection<T> self, out T item, int site)
    {
        if (self is ConcurrentQueue<T> queue)
        {
            QueueResource.Take(self, () => queue.IsEmpty, site);
        }

        return self.TryTake(out item!);
    }

    public static T[] ToArray<T>(IProducerConsumerCollection<T> self, int site)
    {
        if (self is ConcurrentQueue<T>)
        {
            QueueResource.Look(self, site);
        }

        return self.ToArray();
    }

    public static void CopyTo<T>(IProducerConsumerCollection<T> self, T[] array, int index, int site)
    {
        if (self is ConcurrentQueue<T>)
        {
            QueueResource.Look(self, site);
        }

        self.CopyTo(array, index);
    }
}
