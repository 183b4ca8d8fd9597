using System.Collections.Concurrent;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// ConcurrentQueue, the one concurrent collection in .NET's core, which is not rewritten; and the interface through which a
/// BlockingCollection uses its store, which is a ConcurrentQueue unless the program supplies another.
/// </summary>
[Hooks(typeof(ConcurrentQueue<>), Allowed = [".ctor"])]
[Hooks(typeof(IProducerConsumerCollection<>))]
internal static class ConcurrentQueueHooks
{
    public static void Enqueue<T>(ConcurrentQueue<T> self, T item, ControlledThread thread, int site)
    {
        QueueResource.Change(thread, self, site);
        self.Enqueue(item);
    }

    public static bool TryDequeue<T>(ConcurrentQueue<T> self, out T result, ControlledThread thread, int site)
    {
        QueueResource.Take(thread, self, () => self.IsEmpty, site);
        return self.TryDequeue(out result!);
    }

    public static bool TryPeek<T>(ConcurrentQueue<T> self, out T result, ControlledThread thread, int site)
    {
        QueueResource.Read(thread, self, site);
        return self.TryPeek(out result!);
    }

    public static int get_Count<T>(ConcurrentQueue<T> self, ControlledThread thread, int site)
    {
        QueueResource.Read(thread, self, site);
        return self.Count;
    }

    public static bool get_IsEmpty<T>(ConcurrentQueue<T> self, ControlledThread thread, int site)
    {
        QueueResource.Read(thread, self, site);
        return self.IsEmpty;
    }

    public static T[] ToArray<T>(ConcurrentQueue<T> self, ControlledThread thread, int site)
    {
        QueueResource.Read(thread, self, site);
        return self.ToArray();
    }

    public static void CopyTo<T>(ConcurrentQueue<T> self, T[] array, int index, ControlledThread thread, int site)
    {
        QueueResource.Read(thread, self, site);
        self.CopyTo(array, index);
    }

    public static void Clear<T>(ConcurrentQueue<T> self, ControlledThread thread, int site)
    {
        QueueResource.Change(thread, self, site);
        self.Clear();
    }

    /// <summary>The enumerator goes through the queue's content at this moment.</summary>
    public static IEnumerator<T> GetEnumerator<T>(ConcurrentQueue<T> self, ControlledThread thread, int site)
    {
        QueueResource.Read(thread, self, site);
        return self.GetEnumerator();
    }

    public static bool TryAdd<T>(IProducerConsumerCollection<T> self, T item, ControlledThread thread, int site)
    {
        if (self is ConcurrentQueue<T> queue)
        {
            QueueResource.Change(thread, queue, site);
        }

        return self.TryAdd(item);
    }

    public static bool TryTake<T>(IProducerConsumerCollection<T> self, out T item, ControlledThread thread, int site) =>
        self is ConcurrentQueue<T> queue ? TryDequeue(queue, out item, thread, site) : self.TryTake(out item!);

    public static T[] ToArray<T>(IProducerConsumerCollection<T> self, ControlledThread thread, int site) =>
        self is ConcurrentQueue<T> queue ? ToArray(queue, thread, site) : self.ToArray();

    public static void CopyTo<T>(IProducerConsumerCollection<T> self, T[] array, int index, ControlledThread thread, int site)
    {
        if (self is ConcurrentQueue<T> queue)
        {
            QueueResource.Read(thread, queue, site);
        }

        self.CopyTo(array, index);
    }
}
