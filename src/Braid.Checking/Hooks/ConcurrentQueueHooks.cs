using System.Collections.Concurrent;

namespace Braid.Checking.Hooks;

/// <summary>ConcurrentQueue, the one concurrent collection that lives in .NET's core and so is not looked into.</summary>
[Hooks(typeof(ConcurrentQueue<>), Allowed = [".ctor"])]
internal static class ConcurrentQueueHooks
{
    public static void Enqueue<T>(ConcurrentQueue<T> self, T item, int site)
    {
        QueueResource.Change(self, site);
        self.Enqueue(item);
    }

    public static bool TryDequeue<T>(ConcurrentQueue<T> self, out T result, int site)
    {
        QueueResource.Take(self, () => self.IsEmpty, site);
        return self.TryDequeue(out result!);
    }

    public static bool TryPeek<T>(ConcurrentQueue<T> self, out T result, int site)
    {
        QueueResource.Look(self, site);
        return self.TryPeek(out result!);
    }

    public static int get_Count<T>(ConcurrentQueue<T> self, int site)
    {
        QueueResource.Look(self, site);
        return self.Count;
    }

    public static bool get_IsEmpty<T>(ConcurrentQueue<T> self, int site)
    {
        QueueResource.Look(self, site);
        return self.IsEmpty;
    }

    public static T[] ToArray<T>(ConcurrentQueue<T> self, int site)
    {
        QueueResource.Look(self, site);
        return self.ToArray();
    }

    public static void CopyTo<T>(ConcurrentQueue<T> self, T[] array, int index, int site)
    {
        QueueResource.Look(self, site);
        self.CopyTo(array, index);
    }

    public static void Clear<T>(ConcurrentQueue<T> self, int site)
    {
        QueueResource.Change(self, site);
        self.Clear();
    }

    /// <summary>What it goes through is the queue's content at this moment.</summary>
    public static IEnumerator<T> GetEnumerator<T>(ConcurrentQueue<T> self, int site)
    {
        QueueResource.Look(self, site);
        return self.GetEnumerator();
    }
}
