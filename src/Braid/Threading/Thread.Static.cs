namespace Braid.Threading;

public partial class Thread
{
    private static readonly AliveThreads s_alive = new();
    private static readonly Thread s_main =
        new(name: "MainThread", thread: null) { _nativeId = OperatingSystem.IsLinux() ? Environment.ProcessId : 0 };
    private static Action<ExceptHookArgs> s_exceptHook = DefaultExceptHook;   // any thread; one reference
    private static int s_stackSize;                                           // any thread; one word

    [ThreadStatic]
    private static Thread? t_current;

    /// <summary>Creates the object for a thread that this class did not start.</summary>
    private Thread(string name, System.Threading.Thread? thread)
    {
        _ended = new Event(this);
        _name = name;
        _thread = thread;
        _daemon = thread?.IsBackground ?? false;
        _state = (int)State.Started;
        IsForeign = true;
    }

    /// <summary>
    /// The object of the calling thread. For a thread that this class did not start: an object created for it, a daemon if the thread is in
    /// the background, not joinable.
    /// </summary>
    public static Thread Current => t_current ??= Adopt(System.Threading.Thread.CurrentThread);

    /// <summary>The object of the thread that started the program.</summary>
    public static Thread Main => s_main;

    /// <summary>
    /// How many threads are alive: the main one, those started by this class, and others that have read <see cref="Current"/>.
    /// </summary>
    // Orders: s_exceptHook, s_stackSize and each _nativeId stand alone and are read whole; s_counter only numbers.
    public static int ActiveCount => Enumerate().Count;

    /// <summary>
    /// Called on a thread that is about to end because of an unhandled exception, and for exceptions of callbacks. Writes to standard error
    /// by default.
    /// </summary>
    /// <remarks>
    /// If the hook itself throws, both exceptions are written to standard error; the thread ends normally. Python counterpart:
    /// <c>threading.excepthook</c>.
    /// </remarks>
    /// <exception cref="ArgumentNullException">The hook is set to null.</exception>
    /// <exception cref="ArgumentException">The hook is async void.</exception>
    public static Action<ExceptHookArgs> ExceptHook
    {
        get => Volatile.Read(ref s_exceptHook);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            AsyncVoid.Refuse(
                value, "A hook must have done its work when it returns: its thread, and perhaps the program, is about to end.");
            Volatile.Write(ref s_exceptHook, value);
            CallbackThreads.Unhandled = ReportUnhandled;
        }
    }

    /// <summary>
    /// The stack of threads started from now on, in bytes; 0, the default, for the system's default. Python counterpart:
    /// <c>threading.stack_size</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or neither 0 nor at least 32 KiB.</exception>
    public static int StackSize
    {
        get => Volatile.Read(ref s_stackSize);
        set
        {
            if (value is not 0 and < 32 * 1024)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A stack is 0 (the system's default) or at least 32768 bytes.");
            }

            Volatile.Write(ref s_stackSize, value);
        }
    }

    /// <summary>
    /// Whether Main has returned and only background threads are left; assumed to be true if the main thread never used this class.
    /// </summary>
    internal static bool MainHasReturned => s_main._thread is not { IsBackground: false };

    /// <summary>Whether it was not started by this class.</summary>
    internal bool IsForeign { get; }

    /// <summary>The threads alive at this moment, the main one first.</summary>
    public static IReadOnlyList<Thread> Enumerate() => s_alive.Snapshot();

    /// <summary>Writes an exception and its thread to standard error: the default of <see cref="ExceptHook"/>.</summary>
    /// <remarks>
    /// An attached debugger may stop here, as for an unhandled exception. Python counterpart: <c>threading.__excepthook__</c>.
    /// </remarks>
    /// <exception cref="ArgumentNullException">There is nothing to write.</exception>
    public static void DefaultExceptHook(ExceptHookArgs args)
    {
        ArgumentNullException.ThrowIfNull(args);
        Debugger.BreakForUserUnhandledException(args.Exception);
        Console.Error.WriteLine($"Exception in thread {args.Thread.Name}:{Environment.NewLine}{args.Exception}");
    }

    /// <summary>Blocks until all the threads have ended.</summary>
    /// <param name="threads">Started threads, not including the calling one.</param>
    /// <exception cref="ArgumentNullException">There is no sequence, or a thread is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// A thread was not started, is the calling thread, or was not made by this class.
    /// </exception>
    public static void JoinAll(params IEnumerable<Thread> threads)
    {
        ArgumentNullException.ThrowIfNull(threads);
        foreach (Thread thread in threads)
        {
            ArgumentNullException.ThrowIfNull(thread, nameof(threads));
            thread.Join();
        }
    }

    /// <summary>Passes an unhandled exception to the hook, and survives an exception of the hook.</summary>
    internal static void ReportUnhandled(Exception exception)
    {
        BraidEventSource.Log.UnhandledException(Current.Name, exception.ToString());
        var args = new ExceptHookArgs(exception, Current);
        try
        {
            ExceptHook(args);
        }
        catch (Exception hookFailure)
        {
            try
            {
                Console.Error.WriteLine($"Exception in Thread.ExceptHook:{Environment.NewLine}{hookFailure}");
                DefaultExceptHook(args);
            }
            catch (Exception)
            {
                // Standard error is gone too, and the event source has it.
            }
        }
    }

    private static Thread Adopt(System.Threading.Thread thread)
    {
        if (thread.ManagedThreadId == MainManagedId)
        {
            s_main._thread = thread;
            Volatile.Write(ref s_main._nativeId, NativeThreadId.OfCaller() ?? 0);
            return s_main;
        }

        var adopted = new Thread(thread.Name is { Length: > 0 } name ? name : $"Dummy-{Interlocked.Increment(ref s_counter)}", thread);
        Volatile.Write(ref adopted._nativeId, NativeThreadId.OfCaller() ?? 0);
        if (!ServiceThread.IsAnyCurrent)
        {
            s_alive.Adopt(adopted);
        }

        return adopted;
    }

    /// <summary>The managed id that the runtime gives to the thread that runs Main.</summary>
    private const int MainManagedId = 1;
}
