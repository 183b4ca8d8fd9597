namespace Braid.Waiting;

/// <summary>A thread that Braid runs for itself, for as long as the program runs.</summary>
/// <remarks>
/// <para>
/// It is in the background, has a stack of its own size (the user's <c>Thread.StackSize</c> is for the user's threads), runs without the
/// execution context of the caller that happens to need it first, and is not listed by <c>Thread.Enumerate</c>.
/// </para>
/// <para>
/// It starts when it is first needed. If the system refuses, that caller gets the exception, and the next caller tries again.
/// </para>
/// <para>
/// An exception that leaves its code is a bug in Braid, or means that the system has run out of some resource. It is reported, in a line on
/// standard error and to the event source, and the thread continues, after a pause that grows while the exceptions continue. This is the
/// last resort: each service catches the exceptions of each piece of its work, so that this piece fails and its owner is notified. The
/// report does not go through <c>Thread.ExceptHook</c>, which is user code and may block.
/// </para>
/// </remarks>
/// <param name="name">The thread's name, for debuggers and reports.</param>
/// <param name="serve">Its work. When this returns the thread ends.</param>
/// <param name="stackBytes">The size of its stack; 0 for the system's default.</param>
internal sealed class ServiceThread(string name, Action serve, int stackBytes = ServiceThread.StackBytes)
{
    /// <summary>For threads that run no user code.</summary>
    public const int StackBytes = 1 << 20;

    /// <summary>For threads that run user code: the default of any of the user's threads.</summary>
    public const int UserStackBytes = 0;

    private const int LongestPauseMilliseconds = 1000;

    [ThreadStatic]
    private static ServiceThread? t_current;

    private readonly Gate _gate = new();
    private volatile bool _isStarted;      // written under _gate

    /// <summary>Whether the calling thread is a service thread.</summary>
    public static bool IsAnyCurrent => t_current is not null;

    /// <summary>Whether the calling thread is this one.</summary>
    public bool IsCurrent => t_current == this;

    public bool IsStarted => _isStarted;

    /// <summary>Starts the thread if it is not running.</summary>
    /// <exception cref="OutOfMemoryException">The system refuses another thread; the next call tries again.</exception>
    public void EnsureStarted()
    {
        if (!_isStarted)
        {
            Start();
        }
    }

    /// <summary>Starts the thread if it is not running.</summary>
    /// <returns>False if the system refuses; the next call tries again.</returns>
    public bool TryEnsureStarted()
    {
        try
        {
            EnsureStarted();
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    /// <summary>Reports an unexpected exception: to the event source, and in a line on standard error. Never throws.</summary>
    public static void Report(string service, Exception exception)
    {
        string text = TextOf(exception);
        try
        {
            BraidEventSource.Log.UnhandledException(service, text);
            Console.Error.WriteLine($"{service}: an unexpected exception; the service goes on.{Environment.NewLine}{text}");
        }
        catch (Exception)
        {
            // A listener failed, or standard error is gone: there is nowhere left to report to, and the service must continue.
        }
    }

    private static string TextOf(Exception exception)
    {
        try
        {
            return exception.ToString();
        }
        catch (Exception)
        {
            return exception.GetType().ToString();   // a type of the user's, which cannot describe itself
        }
    }

    private void Start()
    {
        using Gate.Scope held = _gate.Enter();
        if (!_isStarted)
        {
            if (FaultPoint.Strikes($"start of {name}"))
            {
                throw new InsufficientMemoryException("A test has the system refuse this thread.");
            }

            new System.Threading.Thread(Run, stackBytes) { IsBackground = true, Name = name }.UnsafeStart();
            _isStarted = true;
        }
    }

    private void Run()
    {
        t_current = this;
        int pause = 1;
        while (true)
        {
            long began = Environment.TickCount64;
            try
            {
                serve();
                return;
            }
            catch (ThreadInterruptedException)
            {
                // Meant for user code that ran here and has returned since.
            }
            catch (Exception exception)
            {
                Report(name, exception);
                pause = Environment.TickCount64 - began > LongestPauseMilliseconds ? 1 : Math.Min(2 * pause, LongestPauseMilliseconds);
                Pause(pause);
            }
        }
    }

    /// <summary>Pauses the thread for that long, or until an interrupt.</summary>
    internal static void Pause(int milliseconds)
    {
        try
        {
            System.Threading.Thread.Sleep(milliseconds);
        }
        catch (ThreadInterruptedException)
        {
            // As above.
        }
    }
}
