namespace Braid.Waiting;

/// <summary>
/// Threads of Braid's own for user code, which must run neither under a gate nor on a thread on which others depend. They are independent
/// of .NET's thread pool, which users may have filled with waits for Braid.
/// </summary>
/// <remarks>
/// <para>
/// A few threads take the actions in order. User code may block on all of these threads at once, for as long as it likes. So a watchdog
/// checks while actions wait: if none has begun for 50 ms, it starts a helper, a thread that takes actions until none is left and then
/// ends. A callback that blocks therefore delays the actions behind it by at most 50 ms, and by 50 ms more for each further one that
/// blocks.
/// </para>
/// <para>
/// The threads are in the background, and serve to the very end of the program: waits at its end may depend on them.
/// </para>
/// </remarks>
internal static class CallbackThreads
{
    private const string Name = "Braid callbacks";
    private const int UsualThreads = 16;
    private const int StallMilliseconds = 50;
    private const int KeptCapacity = 1024;

    private static readonly object s_lock = new();
    private static readonly object s_watchLock = new();          // entered before s_lock, never inside it
    private static readonly Queue<Action> s_actions = new();     // guarded by s_lock
    private static readonly ServiceThread s_watch = new("Braid callbacks' watch", Watch);

    private static int s_threads;        // guarded by s_lock: the permanent ones
    private static int s_unended;        // guarded by s_lock: actions that wait or run
    private static long s_begun;         // guarded by s_lock

    /// <summary>Gets the exceptions of actions. Set by the layer that has a hook for them.</summary>
    /// <remarks>One reference, set by any thread: an action posted after that finds it, since both went through the lock.</remarks>
    public static Action<Exception> Unhandled { get; set; } = WriteToStandardError;

    /// <summary>Runs an action soon, on another thread. Never throws: if the system refuses a thread, the watchdog tries again.</summary>
    public static void Run(Action action)
    {
        bool startsThread = false;
        bool needsWatch = false;
        bool interrupted = UninterruptibleMonitor.Enter(s_lock);
        try
        {
            s_actions.Enqueue(action);
            if (++s_unended > s_threads)
            {
                startsThread = s_threads < UsualThreads;
                needsWatch = !startsThread;
                s_threads += startsThread ? 1 : 0;
            }

            Monitor.Pulse(s_lock);   // an idle thread, if there is one
        }
        finally
        {
            UninterruptibleMonitor.Exit(s_lock, interrupted);
        }

        if (startsThread && !new ServiceThread(Name, Serve, ServiceThread.UserStackBytes).TryEnsureStarted())
        {
            OnRefusedThread();
            needsWatch = true;
        }

        if (needsWatch && s_watch.TryEnsureStarted())
        {
            UninterruptibleMonitor.Pulse(s_watchLock);
        }
    }

    /// <summary>Awaited by a method of Braid's, continues it on one of these threads, where it may run user code.</summary>
    public static SwitchAwaiter Switch() => default;

    /// <summary>Runs an action, and reports its exception.</summary>
    public static void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            Unhandled(exception);
        }
    }

    private static void WriteToStandardError(Exception exception)
    {
        try
        {
            BraidEventSource.Log.UnhandledException(Name, exception.ToString());
            Console.Error.WriteLine($"Exception in thread {Name}:{Environment.NewLine}{exception}");
        }
        catch (Exception failure)
        {
            ServiceThread.Report(Name, failure);   // it cannot describe itself, or standard error is gone
        }
    }

    private static void OnRefusedThread()
    {
        bool interrupted = UninterruptibleMonitor.Enter(s_lock);
        s_threads--;
        UninterruptibleMonitor.Exit(s_lock, interrupted);
    }

    private static void Serve()
    {
        var ambient = AmbientState.OfCaller();
        while (true)
        {
            FaultPoint.Reach(Name);
            ServeNext(ambient);
        }
    }

    /// <summary>A separate method, so that no local keeps the last action alive while the thread waits for the next.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ServeNext(AmbientState ambient) => Do(Take(), ambient);

    private static void Help()
    {
        var ambient = AmbientState.OfCaller();
        while (TryTake() is { } action)
        {
            Do(action, ambient);
        }
    }

    /// <exception cref="ThreadInterruptedException">
    /// The thread was interrupted; the caller calls again, and finds what it was woken for.
    /// </exception>
    private static Action Take()
    {
        lock (s_lock)
        {
            while (s_actions.Count == 0)
            {
                Monitor.Wait(s_lock);
            }

            return Dequeue();
        }
    }

    private static Action? TryTake()
    {
        lock (s_lock)
        {
            return s_actions.Count > 0 ? Dequeue() : null;
        }
    }

    private static Action Dequeue()
    {
        Action action = s_actions.Dequeue();
        s_begun++;
        if (s_actions.Count == 0 && s_actions.Capacity > KeptCapacity)
        {
            s_actions.TrimExcess();   // after a burst
        }

        return action;
    }

    private static void Do(Action action, AmbientState ambient)
    {
        Guard(action);
        ambient.Restore();   // the next action sees no change that this one made to its thread
        bool interrupted = UninterruptibleMonitor.Enter(s_lock);
        s_unended--;
        UninterruptibleMonitor.Exit(s_lock, interrupted);
    }

    /// <returns>How many actions have begun so far; null if none waits.</returns>
    private static long? BegunIfAnyWaits()
    {
        lock (s_lock)
        {
            return s_actions.Count > 0 ? s_begun : null;
        }
    }

    private static void Watch()
    {
        while (true)
        {
            lock (s_watchLock)
            {
                while (BegunIfAnyWaits() is null)
                {
                    Monitor.Wait(s_watchLock);
                }
            }

            FaultPoint.Reach("Braid callbacks' watch");
            long? before = BegunIfAnyWaits();
            ServiceThread.Pause(StallMilliseconds);
            if (before is not null && BegunIfAnyWaits() == before)
            {
                // if refused, tried again after another pause
                _ = new ServiceThread(Name, Help, ServiceThread.UserStackBytes).TryEnsureStarted();
            }
        }
    }

    /// <summary>The awaiter of <see cref="Switch"/>.</summary>
    public readonly struct SwitchAwaiter : ICriticalNotifyCompletion
    {
        public bool IsCompleted => false;

        public SwitchAwaiter GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => Run(continuation);

        public void UnsafeOnCompleted(Action continuation) => Run(continuation);
    }
}
