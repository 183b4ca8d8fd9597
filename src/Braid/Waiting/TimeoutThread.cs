namespace Braid.Waiting;

/// <summary>
/// Ends awaits and limits whose time is up. One thread for all of them, which is started with the first and sleeps until the next is due.
/// </summary>
/// <remarks>
/// The entries are a binary heap by deadline; each entry knows its index, so an await that is granted in time is removed at once and leaves
/// nothing behind. .NET's timers are not used because their callbacks need a free thread-pool worker, and a wait must end on time even if
/// there is none. No user code runs on this thread, since one callback that blocks would stop all timeouts of the program. Lock order: this
/// thread's lock, then a queue's gate; no caller sets or removes an entry under a gate.
/// </remarks>
internal static class TimeoutThread
{
    private const int Many = 1 << 14;

    private static readonly object s_lock = new();
    private static readonly List<ITimed> s_heap = [];      // guarded by s_lock, with each entry's TimeoutIndex
    private static ITimed? s_firing;                       // guarded by s_lock: removed from the heap, its wait not yet ended
    private static readonly ServiceThread s_thread = new("Braid alarm", Run);

    /// <summary>Adds an entry. An entry is set once; to set it again, remove it first.</summary>
    public static void Set(ITimed entry)
    {
        bool interrupted = UninterruptibleMonitor.Enter(s_lock);
        try
        {
            s_thread.EnsureStarted();       // may fail: then the await fails, and the next one tries again
            s_heap.Add(entry);
            MoveUp(s_heap.Count - 1);
            if (entry.TimeoutIndex == 0)
            {
                Monitor.PulseAll(s_lock);   // the timeout thread is one of those that may wait here
            }
        }
        finally
        {
            UninterruptibleMonitor.Exit(s_lock, interrupted);
        }
    }

    /// <summary>Removes an entry if it is set. After this call the timeout thread no longer touches it.</summary>
    public static void Remove(ITimed entry)
    {
        bool interrupted = UninterruptibleMonitor.Enter(s_lock);
        if (entry.TimeoutIndex >= 0)
        {
            RemoveAt(entry.TimeoutIndex);
        }

        while (s_firing == entry && !s_thread.IsCurrent)
        {
            interrupted |= UninterruptibleMonitor.Wait(s_lock);
        }

        UninterruptibleMonitor.Exit(s_lock, interrupted);
    }

    private static void Run()
    {
        while (true)
        {
            try
            {
                FaultPoint.Reach("Braid alarm");
                FireNext();
            }
            catch (Exception exception)
            {
                // A fault of one entry; the timeouts of the others continue.
                ServiceThread.Report("Braid alarm", exception);
            }

            lock (s_lock)
            {
                s_firing = null;
                Monitor.PulseAll(s_lock);   // those in Remove; the timeout thread itself does not wait here
            }
        }
    }

    /// <summary>A separate method, so that no local keeps the last entry alive while the thread waits for the next.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FireNext() => NextDue()?.OnTimeUp();

    private static ITimed? NextDue()
    {
        lock (s_lock)
        {
            if (s_heap.Count > 0 && s_heap[0].Deadline.HasPassed)
            {
                s_firing = s_heap[0];
                RemoveAt(0);
                return s_firing;
            }

            Monitor.Wait(s_lock, s_heap.Count == 0 ? Timeout.Infinite : s_heap[0].Deadline.MillisecondsLeft);
            return null;
        }
    }

    private static void RemoveAt(int index)
    {
        s_heap[index].TimeoutIndex = ITimed.NotSet;
        ITimed last = s_heap[^1];
        s_heap.RemoveAt(s_heap.Count - 1);
        if (s_heap.Capacity > Many && s_heap.Count < s_heap.Capacity / 8)
        {
            s_heap.Capacity /= 4;           // the memory that a burst needed is returned
        }

        if (last.TimeoutIndex == ITimed.NotSet)
        {
            return;
        }

        Place(last, index);
        MoveUp(index);
        MoveDown(last.TimeoutIndex);
    }

    private static void MoveUp(int index)
    {
        ITimed entry = s_heap[index];
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (s_heap[parent].Deadline.CompareTo(entry.Deadline) <= 0)
            {
                break;
            }

            Place(s_heap[parent], index);
            index = parent;
        }

        Place(entry, index);
    }

    private static void MoveDown(int index)
    {
        ITimed entry = s_heap[index];
        while (true)
        {
            int child = (2 * index) + 1;
            if (child >= s_heap.Count)
            {
                break;
            }

            if (child + 1 < s_heap.Count && s_heap[child + 1].Deadline.CompareTo(s_heap[child].Deadline) < 0)
            {
                child++;
            }

            if (entry.Deadline.CompareTo(s_heap[child].Deadline) <= 0)
            {
                break;
            }

            Place(s_heap[child], index);
            index = child;
        }

        Place(entry, index);
    }

    private static void Place(ITimed entry, int index)
    {
        s_heap[index] = entry;
        entry.TimeoutIndex = index;
    }
}
