using System.Collections.Concurrent;

namespace Braid.Multiprocessing;

/// <summary>The one thread that hears from workers: it hands their messages, and their deaths, to who has them.</summary>
/// <remarks>It sleeps on the bell of this process's family slot, which workers ring after a message and everybody in this process after an order. It runs no code of users.</remarks>
internal static unsafe class Supervisor
{
    private const int SpinTurns = 20;    // a few microseconds: longer, and it takes the processor from the worker or the caller that it waits for

    private static readonly ConcurrentQueue<Action> s_orders = new();
    private static readonly Lazy<Threading.Thread> s_thread = new(StartThread);
    private static readonly List<Worker> s_workers = [];        // by the supervisor's thread
    private static readonly List<ITicking> s_ticking = [];      // by the supervisor's thread
    private static int* s_bell;                                 // written once, before the thread starts

    /// <summary>Does something on the supervisor's thread.</summary>
    public static void Post(Action order)
    {
        _ = s_thread.Value;
        s_orders.Enqueue(order);
        Channel.Wake(s_bell);
    }

    public static void Add(Worker worker) => Post(() => s_workers.Add(worker));

    /// <summary>Wakes somebody regularly, until he is taken away.</summary>
    public static void Add(ITicking ticking) => Post(() => s_ticking.Add(ticking));

    public static void Remove(ITicking ticking) => Post(() => s_ticking.Remove(ticking));

    /// <summary>Lets the supervisor look at its clocks again.</summary>
    public static void Nudge() => Post(static () => { });   // an order, since a mere wake-up is lost on a thread that has looked at its clocks and does not sleep yet

    /// <summary>A worker's process has ended. On the supervisor's thread.</summary>
    public static void End(Worker worker, WorkerEnd end)
    {
        worker.HandOver();
        s_workers.Remove(worker);
        worker.Owner.OnDeath(worker, end);
        worker.Channel.Segment.Release();
    }

    private static void Run()
    {
        while (true)
        {
            bool any = HandleAll();
            for (int turn = 0; turn < SpinTurns && !any; turn++)
            {
                Spinning.Pause();
                any = HasSomething();
            }

            if (!any)
            {
                Channel.Sleep(s_bell, HasSomething, TickAll());
            }
        }
    }

    private static bool HandleAll()
    {
        bool any = false;
        while (s_orders.TryDequeue(out Action? order))
        {
            order();
            any = true;
        }

        for (int index = 0; index < s_workers.Count; index++)
        {
            any |= s_workers[index].HandOver();
        }

        TickAll();
        return any;
    }

    private static bool HasSomething()
    {
        if (!s_orders.IsEmpty)
        {
            return true;
        }

        foreach (Worker worker in s_workers)
        {
            if (worker.Channel.Responses.HasMessage)
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>Milliseconds until somebody wants to be called again; -1: nobody does.</returns>
    private static int TickAll()
    {
        Deadline next = Deadline.Never;
        for (int index = 0; index < s_ticking.Count; index++)
        {
            next = Deadline.Earlier(next, s_ticking[index].Tick());
        }

        return next.MillisecondsLeft;
    }

    private static Threading.Thread StartThread()
    {
        s_bell = Family.Current.BellOf(Family.Self);
        var thread = new Threading.Thread(Run, name: "Braid supervisor", daemon: true);
        thread.Start();
        return thread;
    }
}

/// <summary>Somebody whose time passes.</summary>
internal interface ITicking
{
    /// <summary>Does what is due. On the supervisor's thread.</summary>
    /// <returns>When it wants to be called next.</returns>
    Deadline Tick();
}
