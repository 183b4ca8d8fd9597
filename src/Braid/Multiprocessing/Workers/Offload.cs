namespace Braid.Multiprocessing;

/// <summary>Threads of Braid's own for what the supervisor must not run: code of users. They are independent of .NET's thread pool, which users may have filled with waits for us.</summary>
/// <remarks>
/// <para>
/// A few threads take the actions in order. That code of users may block, even all of these threads at once, for as long as it likes.
/// So while actions wait and none of them is begun, the supervisor, which never blocks, starts a helper twenty times a second: a thread that takes
/// actions until none is left, and ends. What waits behind actions that block is thus held up for a twentieth of a second at most, and one more
/// for each that blocks as well.
/// </para>
/// <para>
/// The threads are in the background, and serve to the very end of the program: what is waited for there may depend on them.
/// </para>
/// </remarks>
internal sealed class Offload : ITicking
{
    private const int UsualThreads = 16;

    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(50);
    private static readonly Queues.SimpleQueue<Action> s_actions = new();
    private static readonly Lazy<Offload> s_watch = new(static () =>
    {
        var watch = new Offload();
        Supervisor.Add(watch);
        return watch;
    });

    private static int s_threads;        // by compare-exchange: the lasting ones; never falls but when one cannot be started
    private static int s_unended;        // by Interlocked: actions that wait or run
    private static long s_begun;         // by Interlocked

    private long _begunBefore;           // by the supervisor's thread: what s_begun was when it looked
    private Deadline _nextLook = Deadline.Never;   // by the supervisor's thread; Never while nothing waits

    public static void Run(Action action)
    {
        s_actions.Put(action);
        int unended = Interlocked.Increment(ref s_unended);
        int threads = Volatile.Read(ref s_threads);
        if (unended <= threads)
        {
            return;
        }

        if (threads < UsualThreads)
        {
            StartThread(threads);
        }
        else
        {
            _ = s_watch.Value;
            Supervisor.Nudge();
        }
    }

    Deadline ITicking.Tick()
    {
        if (s_actions.Empty)
        {
            _nextLook = Deadline.Never;
            return _nextLook;
        }

        long begun = Interlocked.Read(ref s_begun);
        if (begun != _begunBefore || _nextLook.IsNever)
        {
            _nextLook = Deadline.After(s_patience);
        }
        else if (_nextLook.HasPassed)
        {
            Start(Help);
            _nextLook = Deadline.After(s_patience);
        }

        _begunBefore = begun;
        return _nextLook;
    }

    private static void StartThread(int threads)
    {
        if (Interlocked.CompareExchange(ref s_threads, threads + 1, threads) == threads && !Start(Serve))
        {
            Interlocked.Decrement(ref s_threads);   // the next action tries again
        }
    }

    /// <returns>False when the system refuses.</returns>
    private static bool Start(Action what)
    {
        AsyncFlowControl? suppressed = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        try
        {
            new Threading.Thread(what, name: "Braid answers", daemon: true).Start();   // without the context of whoever happens to need it
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
        finally
        {
            suppressed?.Undo();
        }
    }

    private static void Serve()
    {
        while (true)
        {
            try
            {
                Do(s_actions.Get());
            }
            catch (ThreadInterruptedException)
            {
                // meant for an action that has ended meanwhile
            }
        }
    }

    private static void Help()
    {
        while (s_actions.TryGet(out Action? action))
        {
            Do(action);
        }
    }

    private static void Do(Action action)
    {
        Interlocked.Increment(ref s_begun);
        ExecutionContext? context = ExecutionContext.Capture();
        try
        {
            action();
        }
        catch (Exception exception)
        {
            Threading.Thread.ReportUnhandled(exception);
        }
        finally
        {
            Interlocked.Decrement(ref s_unended);
            if (context is not null)
            {
                ExecutionContext.Restore(context);   // the next action finds none of this one's async-locals
            }
        }
    }
}
