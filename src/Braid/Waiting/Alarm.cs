namespace Braid.Waiting;

/// <summary>Ends awaits whose time is up. One thread for all of them, started with the first, sleeping until the next is due.</summary>
/// <remarks>
/// The entries are a binary heap by deadline; each waiter knows its place, so an await that is granted in time is taken out at once and
/// leaves nothing behind. .NET's timers are not used because their callbacks need a free thread-pool worker, and a wait must end on time
/// when there is none. Lock order: the alarm's lock, then a queue's gate; nobody arms or disarms under a gate.
/// </remarks>
internal static class Alarm
{
    private static readonly object s_lock = new();
    private static readonly List<AsyncWaiter> s_heap = [];   // guarded by s_lock, with each waiter's AlarmIndex
    private static AsyncWaiter? s_firing;                    // guarded by s_lock: taken out of the heap, its wait not yet ended
    private static readonly ServiceThread s_thread = new("Braid alarm", Run);

    public static void Set(AsyncWaiter waiter)
    {
        bool interrupted = Sleeper.Enter(s_lock);
        try
        {
            s_thread.EnsureStarted();       // may fail: then the await fails, and the next one tries again
            s_heap.Add(waiter);
            MoveUp(s_heap.Count - 1);
            if (waiter.AlarmIndex == 0)
            {
                Monitor.PulseAll(s_lock);   // the alarm thread is one of those that may wait here
            }
        }
        finally
        {
            Sleeper.Exit(s_lock, interrupted);
        }
    }

    /// <summary>After it returns the alarm does not touch the waiter any more.</summary>
    public static void Remove(AsyncWaiter waiter)
    {
        bool interrupted = Sleeper.Enter(s_lock);
        if (waiter.AlarmIndex >= 0)
        {
            RemoveAt(waiter.AlarmIndex);
        }

        while (s_firing == waiter && !s_thread.IsCurrent)
        {
            interrupted |= Sleeper.Wait(s_lock);
        }

        Sleeper.Exit(s_lock, interrupted);
    }

    private static void Run()
    {
        while (true)
        {
            try
            {
                FaultPoint.Reach("Braid alarm");
                NextDue()?.GiveUp(WaitState.TimedOut);
            }
            catch (Exception exception)
            {
                // A synchronization context refused its continuation. The time of the others runs on.
                ServiceThread.Report("Braid alarm", exception);
            }

            lock (s_lock)
            {
                s_firing = null;
                Monitor.PulseAll(s_lock);   // those in Remove; the alarm thread itself does not wait here
            }
        }
    }

    private static AsyncWaiter? NextDue()
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
        s_heap[index].AlarmIndex = -1;
        AsyncWaiter last = s_heap[^1];
        s_heap.RemoveAt(s_heap.Count - 1);
        if (last.AlarmIndex == -1)
        {
            return;
        }

        Place(last, index);
        MoveUp(index);
        MoveDown(last.AlarmIndex);
    }

    private static void MoveUp(int index)
    {
        AsyncWaiter waiter = s_heap[index];
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (s_heap[parent].Deadline.CompareTo(waiter.Deadline) <= 0)
            {
                break;
            }

            Place(s_heap[parent], index);
            index = parent;
        }

        Place(waiter, index);
    }

    private static void MoveDown(int index)
    {
        AsyncWaiter waiter = s_heap[index];
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

            if (waiter.Deadline.CompareTo(s_heap[child].Deadline) <= 0)
            {
                break;
            }

            Place(s_heap[child], index);
            index = child;
        }

        Place(waiter, index);
    }

    private static void Place(AsyncWaiter waiter, int index)
    {
        s_heap[index] = waiter;
        waiter.AlarmIndex = index;
    }
}
