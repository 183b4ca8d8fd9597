using System.Collections.Concurrent;

namespace Braid.Multiprocessing;

/// <summary>Waits in the kernel for all sockets of this process that have waiters, and wakes these. One thread for all of them.</summary>
/// <remarks>
/// A socket is watched for one event at a time: after it the kernel reports nothing more until the socket is set again, which its next
/// waiter does. So a connection that is read as fast as messages come costs this thread nothing. A watch is held here while it is set, and
/// by nothing else: a connection that was forgotten with nobody waiting is collected.
/// </remarks>
internal static class SocketThread
{
    private const string Name = "Braid sockets";
    private const int MostAtOnce = 64;

    private static readonly ServiceThread s_thread = new(Name, Run);
    private static readonly Lazy<int> s_set = new(Readiness.CreateSet, LazyThreadSafetyMode.PublicationOnly);
    private static readonly ConcurrentDictionary<long, SocketWatch> s_watches = new();   // those that are set, by number
    private static long s_last;   // by Interlocked: the last number given; numbers are never used again

    /// <summary>Has the watch notified of the next of the events. Under the watch's gate.</summary>
    /// <param name="watch">The watch.</param>
    /// <param name="socket">Its socket.</param>
    /// <param name="number">The watch's number; 0 before the first time.</param>
    /// <param name="events">All events for which it is to be set.</param>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void Set(SocketWatch watch, SocketHandle socket, ref long number, uint events)
    {
        s_thread.EnsureStarted();
        long known = number;
        number = known == 0 ? Interlocked.Increment(ref s_last) : known;
        s_watches[number] = watch;   // before the kernel can report it
        try
        {
            Readiness.Watch(s_set.Value, socket, events, number, isNew: known == 0);
        }
        catch
        {
            s_watches.TryRemove(number, out _);
            number = known;
            throw;
        }
    }

    /// <summary>Holds the watch no longer. Under its gate.</summary>
    public static void Forget(long number) => s_watches.TryRemove(number, out _);

    private static void Run()
    {
        var ready = new (long Number, uint Events)[MostAtOnce];
        while (true)
        {
            int count = Readiness.Wait(s_set.Value, ready);
            foreach ((long number, uint events) in ready.AsSpan(0, count))
            {
                if (s_watches.TryGetValue(number, out SocketWatch? watch))   // otherwise it was closed meanwhile
                {
                    Notify(watch, events);
                }
            }

            FaultPoint.Reach(Name);
        }
    }

    private static void Notify(SocketWatch watch, uint events)
    {
        try
        {
            watch.OnReady(events);
        }
        catch (Exception exception)
        {
            // A synchronization context rejected its continuation, or the system refused to watch on. The others are still served.
            ServiceThread.Report(Name, exception);
        }
    }
}
