using System.Collections.Concurrent;

namespace Braid.Multiprocessing;

/// <summary>Delivers the messages of workers, and their deaths, to their owners, one after another.</summary>
/// <remarks>
/// <para>
/// Leader and followers: one thread at a time is the leader, and so the supervisor: everything that is documented to happen "on the
/// supervisor's thread" happens there. A thread of its own leads when there is work, and otherwise sleeps on the bell of this process's
/// slot in the process table, which workers ring after a message and threads of this process after an order.
/// </para>
/// <para>
/// A thread that is about to wait for a call of its own takes the lead for a moment if it is free (<see cref="LeadUntilDone"/>). The answer
/// to a short task then wakes no thread, whereas it would otherwise wake the supervisor's thread and then the caller's. While it leads, it
/// keeps the bell disarmed, so that no ring wakes the sleeper; before it leaves it arms the bell again if it was armed, and then checks
/// once more, as every sleeper does (<see cref="SharedBell"/>). A sleeper in the kernel notices none of this: the word keeps its value.
/// </para>
/// <para>
/// A worker in a sandbox rings a bell of its own, in memory that it shares with no other process: with the bell of the table it could
/// silence the others. The sleeper sleeps on all of these at once. They are armed and disarmed with that of the table.
/// </para>
/// <para>
/// No user code runs on a thread while it leads. An interrupt of a leading thread takes effect in its own wait, not in the middle of the
/// work.
/// </para>
/// </remarks>
internal static unsafe class Supervisor
{
    private const string Name = "Braid supervisor";
    // a few microseconds: longer spinning would take the processor from the worker or the caller that it waits for
    private const int SpinTurns = 20;
    private const int ShortSleepMilliseconds = 1;

    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);   // after a tick has failed

    private static readonly ConcurrentQueue<Action> s_orders = new();
    private static readonly ServiceThread s_thread = new(Name, Run);
    private static readonly Threading.Lock s_lead = Threading.Lock.OfBraid();
    private static readonly List<Worker> s_workers = [];        // by the leader
    private static readonly List<Worker> s_fenced = [];         // by the leader: those workers that have bells of their own
    private static readonly FutexWaiter[] s_words = new FutexWaiter[Futex.MaxVector];   // by its own thread: what it sleeps on
    private static readonly List<ITicking> s_ticking = [];      // by the leader
    private static bool s_hasNewBell;    // by the leader: the thread may sleep without it
    private static Deadline s_sleepsUntil = Deadline.Never;     // by the leader: when the sleeping thread wakes by itself
    private static SharedBell s_bell;   // written before the thread starts, always the same; not to be used before that

    /// <summary>Runs an order on the supervisor's thread.</summary>
    /// <exception cref="OutOfMemoryException">The system refuses the thread, which a process's first order starts.</exception>
    public static void Post(Action order)
    {
        if (!s_thread.IsStarted)
        {
            s_bell = SharedBell.Of(ProcessTable.Self);
            s_thread.EnsureStarted();
        }

        s_orders.Enqueue(order);
        s_bell.Ring();
    }

    public static void Add(Worker worker) => Post(() =>
    {
        s_workers.Add(worker);
        if (worker.Bell is not null)
        {
            s_fenced.Add(worker);
            s_hasNewBell = true;
        }
    });

    /// <summary>Ticks an object regularly, until it is removed.</summary>
    public static void Add(ITicking ticking) => Post(() => s_ticking.Add(ticking));

    public static void Remove(ITicking ticking) => Post(() => s_ticking.Remove(ticking));

    /// <summary>Makes the supervisor compute anew when its next tick is due.</summary>
    // an order, since a mere wake is lost on a thread that has computed its deadline and does not sleep yet
    public static void Nudge() => Post(static () => { });

    /// <summary>A worker's process has ended. On the supervisor's thread.</summary>
    public static void End(Worker worker, WorkerEnd end)
    {
        Drain(worker);
        s_workers.Remove(worker);
        s_fenced.Remove(worker);
        try
        {
            worker.Owner.OnDeath(worker, end);
        }
        finally
        {
            worker.ReleaseMemory();
        }
    }

    /// <summary>
    /// Does the supervisor's work for a moment, if no other thread does, until the call that the calling thread waits for is done.
    /// </summary>
    public static void LeadUntilDone(Futures.Future call)
    {
        if (!s_thread.IsStarted || !s_lead.TryAcquire())     // before the first order there is no bell, and nothing to do
        {
            return;
        }

        bool deferred = ThreadWaiter.DeferInterrupts(true);
        try
        {
            bool sleeps = s_bell.Disarm();
            DisarmOthers();
            for (int turn = 0; turn < Spinning.SharedTurns && !call.Done; turn++)
            {
                if (HasSomething())
                {
                    HandleAll();
                }
                else
                {
                    Spinning.Pause();
                }
            }

            if (sleeps)
            {
                s_bell.Arm();
                ArmOthers();
                if (HasSomething() || s_hasNewBell || TickAll().CompareTo(s_sleepsUntil) < 0)
                {
                    s_bell.Ring();
                }
            }
        }
        finally
        {
            ThreadWaiter.DeferInterrupts(deferred);
            s_lead.Release();
        }
    }

    private static void Run()
    {
        while (true)
        {
            FaultPoint.Reach(Name);
            FutexPoint silent;
            int milliseconds;
            int others;
            using (s_lead.EnterScope())
            {
                s_bell.Disarm();
                DisarmOthers();
                HandleUntilQuiet();
                silent = s_bell.Arm();
                others = ArmOthers();
                s_hasNewBell = false;
                if (HasSomething())
                {
                    continue;
                }

                s_sleepsUntil = TickAll();
                milliseconds = s_sleepsUntil.MillisecondsLeft;
            }

            Sleep(silent, others, milliseconds);
        }
    }

    private static void DisarmOthers()
    {
        foreach (Worker worker in s_fenced)
        {
            worker.Bell!.Value.Disarm();
        }
    }

    /// <returns>How many of these bells there are.</returns>
    private static int ArmOthers()
    {
        for (int index = 0; index < s_fenced.Count; index++)
        {
            FutexPoint silent = s_fenced[index].Bell!.Value.Arm();
            if (s_thread.IsCurrent && index + 1 < s_words.Length)
            {
                s_words[index + 1] = silent.Waiter;
            }
        }

        return s_fenced.Count;
    }

    /// <summary>Sleeps until one of the bells rings. If the kernel cannot sleep on so many, it is a short sleep.</summary>
    private static void Sleep(FutexPoint silent, int others, int milliseconds)
    {
        if (others == 0)
        {
            silent.Sleep(milliseconds);
            return;
        }

        s_words[0] = silent.Waiter;
        if (others + 1 > s_words.Length || !Futex.WaitAny(s_words.AsSpan(0, others + 1), milliseconds))
        {
            silent.Sleep(milliseconds is 0 ? 0 : ShortSleepMilliseconds);
        }
    }

    private static void HandleUntilQuiet()
    {
        bool any;
        do
        {
            any = HandleAll();
            for (int turn = 0; turn < SpinTurns && !any; turn++)
            {
                Spinning.Pause();
                any = HasSomething();
            }
        }
        while (any);
    }

    private static bool HandleAll()
    {
        bool any = false;
        while (s_orders.TryDequeue(out Action? order))
        {
            Do(order);
            any = true;
        }

        for (int index = 0; index < s_workers.Count; index++)
        {
            any |= Drain(s_workers[index]);
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
            if (worker.HasResponse)
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>When the next tick is due.</returns>
    private static Deadline TickAll()
    {
        Deadline next = Deadline.Never;
        for (int index = 0; index < s_ticking.Count; index++)
        {
            next = Deadline.Earlier(next, Tick(s_ticking[index]));
        }

        return next;
    }

    private static void Do(Action order)
    {
        try
        {
            order();
        }
        catch (Exception exception)
        {
            ServiceThread.Report(Name, exception);
        }
    }

    /// <summary>
    /// Delivers the messages of a worker. If one cannot be handled, the worker is killed: its task then fails by the worker's end;
    /// otherwise its callers would wait forever.
    /// </summary>
    private static bool Drain(Worker worker)
    {
        try
        {
            return worker.DrainResponses();
        }
        catch (Exception exception)
        {
            ServiceThread.Report(Name, exception);
            s_workers.Remove(worker);
            worker.Kill(ExitReason.Killed);
            return true;
        }
    }

    private static Deadline Tick(ITicking ticking)
    {
        try
        {
            return ticking.Tick();
        }
        catch (Exception exception)
        {
            ServiceThread.Report(Name, exception);
            return Deadline.After(s_retry);
        }
    }
}

/// <summary>An object that acts at certain times.</summary>
internal interface ITicking
{
    /// <summary>Does the work that is due. On the supervisor's thread.</summary>
    /// <returns>When to be called next.</returns>
    Deadline Tick();
}
