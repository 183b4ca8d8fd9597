using System.Runtime.ExceptionServices;

namespace Braid.AsyncIO;

/// <summary>
/// Failed tasks of event loops that have not been awaited yet. Each is reported to its loop once it is certain that no one will await it.
/// </summary>
/// <remarks>
/// It is certain when the garbage collector finds the task with its exception unread: .NET then raises
/// <see cref="TaskScheduler.UnobservedTaskException"/>, as CPython reports a task that is deleted. Awaiting a task throws its exception
/// again, which the runtime reports as well; the task is then no longer watched. So when a loop ends, only tasks that were never awaited
/// are left, and for those it forces a collection: a short program would otherwise end before one happens.
/// </remarks>
internal static class UnseenFailures
{
    private static Entry[] s_entries = [];     // by compare-exchange: exceptions are thrown everywhere, even under gates

    // Orders: s_entries is an immutable array, replaced as a whole; the exchange publishes it to the reads, and neither of two changes is
    // lost.

    static UnseenFailures()
    {
        TaskScheduler.UnobservedTaskException += OnUnobserved;
        AppDomain.CurrentDomain.FirstChanceException += OnThrown;
    }

    /// <summary>A task has failed, or is about to. Call it after the exception was last thrown inside the task.</summary>
    public static void Add(Task task, string name, EventLoop loop, Exception exception)
    {
        Entry added = new(new WeakReference<Task>(task, trackResurrection: true), new WeakReference<Exception>(exception), name, loop);
        Change(entries => [.. entries.Where(static entry => entry.Task.TryGetTarget(out _)), added]);
    }

    /// <summary>Reports the tasks of a loop that can no longer be awaited. Called by the loop, at its end.</summary>
    public static void ReportLeft(EventLoop loop)
    {
        if (Array.Exists(s_entries, entry => entry.Loop == loop))
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs args)
    {
        foreach (Entry entry in Volatile.Read(ref s_entries))
        {
            if (entry.Task.TryGetTarget(out Task? task) && task == sender && TryRemove(entry))
            {
                AggregateException failure = args.Exception;
                entry.Loop.ReportSoon(
                    $"{entry.Name} failed, and it was never awaited.", failure.InnerExceptions is [var only] ? only : failure);
            }
        }
    }

    private static void OnThrown(object? sender, FirstChanceExceptionEventArgs args)
    {
        foreach (Entry entry in Volatile.Read(ref s_entries))
        {
            if (entry.Exception.TryGetTarget(out Exception? exception) && exception == args.Exception)
            {
                TryRemove(entry);
            }
        }
    }

    private static bool TryRemove(Entry entry)
    {
        bool isFound = false;
        Change(entries =>
        {
            isFound = entries.Contains(entry);
            return isFound ? Array.FindAll(entries, other => other != entry) : entries;
        });
        return isFound;
    }

    private static void Change(Func<Entry[], Entry[]> change)
    {
        Entry[] seen = Volatile.Read(ref s_entries);
        while (true)
        {
            Entry[] before = seen;
            seen = Interlocked.CompareExchange(ref s_entries, change(before), before);
            if (seen == before)
            {
                return;
            }
        }
    }

    private sealed class Entry(WeakReference<Task> task, WeakReference<Exception> exception, string name, EventLoop loop)
    {
        public WeakReference<Task> Task => task;

        public WeakReference<Exception> Exception => exception;

        public string Name => name;

        public EventLoop Loop => loop;
    }
}
