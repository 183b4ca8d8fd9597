namespace Braid.Threading;

/// <summary>A thread of control. Pass a delegate, or override <see cref="Run"/>.</summary>
/// <remarks>
/// <para>
/// It is a real operating-system thread and runs in parallel with the others. A non-daemon thread keeps the program alive until it ends; a
/// daemon thread is stopped, wherever it is, when the program ends. An exception that leaves <see cref="Run"/> ends only this thread: it
/// goes to <see cref="ExceptHook"/> and can still be read as <see cref="Exception"/>. Interrupting the joining thread ends a blocked join
/// with <see cref="ThreadInterruptedException"/>. Everything written before <see cref="Start"/> is visible to the thread, and everything it
/// wrote is visible to a thread that has joined it.
/// </para>
/// <para>Python counterpart: <c>threading.Thread</c>.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public partial class Thread : IHeld
{
    private static int s_counter;                 // by Interlocked: numbers the threads without a name

    private readonly Event _ended;
    private ExecutionContext? _context;           // like _target; read by Start before
    private System.Threading.Thread? _thread;     // written by Start, or at creation for a foreign thread
    private Action? _target;                      // until the run is over, then null so that nothing it refers to is kept alive
    private int _state;                           // State, by compare-exchange
    private string _name;                         // any thread; one reference
    private volatile bool _daemon;                // the owner before Start; constant afterwards
    private volatile Exception? _exception;       // written by the thread before it ends
    private long _nativeId;                       // written by the thread before Start returns; 0: none

    // Orders: the compare-exchange of _state lets one Start begin the thread; the store of Stopped follows that of the exception, so a
    // thread that reads Stopped, or returns from a join, finds the exception. _name and _nativeId stand alone: volatile, so that a reader
    // gets them whole and soon. A name set concurrently with Start may miss the system's thread, which then keeps the previous one.
    // _thread is written after _state says Started and before the thread runs: a caller concurrent with Start may find null and answers as
    // if it had come before; one that comes after the return of Start, or after the end, is ordered by that. s_counter only numbers.

    /// <summary>Creates a thread; it runs once <see cref="Start"/> is called.</summary>
    /// <param name="target">What <see cref="Run"/> calls; null if <see cref="Run"/> is overridden.</param>
    /// <param name="name">Its name; null or empty for "Thread-N", followed by the target's name in brackets if it has one.</param>
    /// <param name="daemon">
    /// Whether the program may end without waiting for it; null to inherit the setting of the creating thread if this class created that
    /// thread, otherwise false.
    /// </param>
    /// <param name="context">
    /// The execution context (async-locals) to run in; null to flow the context of the caller of <see cref="Start"/>.
    /// </param>
    /// <exception cref="ArgumentException">The target is async void.</exception>
    public Thread(Action? target = null, string? name = null, bool? daemon = null, ExecutionContext? context = null)
    {
        AsyncVoid.Refuse(target, "Pass a function that returns a task.");
        _ended = new Event(this);
        _target = target;
        _context = context;
        _name = string.IsNullOrEmpty(name) ? DefaultName(target) : name;
        _daemon = daemon ?? Current is { IsForeign: false, Daemon: true };
    }

    /// <summary>
    /// Creates a thread for an asynchronous function; it runs once <see cref="Start"/> is called, and ends when the function's task does.
    /// Code after an await runs on .NET's thread pool.
    /// </summary>
    /// <inheritdoc cref="Thread(Action?, string?, bool?, ExecutionContext?)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTask)]
    public Thread(Func<Task>? target, string? name = null, bool? daemon = null, ExecutionContext? context = null)
        : this(Awaiting.Of(target), string.IsNullOrEmpty(name) ? DefaultName(target) : name, daemon, context)
    {
    }

    /// <inheritdoc cref="Thread(Func{Task}?, string?, bool?, ExecutionContext?)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public Thread(Func<ValueTask>? target, string? name = null, bool? daemon = null, ExecutionContext? context = null)
        : this(Awaiting.Of(target), string.IsNullOrEmpty(name) ? DefaultName(target) : name, daemon, context)
    {
    }

    private enum State
    {
        Initial,
        Started,
        Stopped,
    }

    /// <summary>A label: freely chosen, changeable, not necessarily unique.</summary>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public string Name
    {
        get => Volatile.Read(ref _name);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Volatile.Write(ref _name, value);
            if (Volatile.Read(ref _state) == (int)State.Started && _thread is { } thread)
            {
                thread.Name = value;
            }
        }
    }

    /// <summary>Whether the program may end without waiting for this thread. Set it before <see cref="Start"/>.</summary>
    /// <exception cref="InvalidOperationException">It is set after the thread was started.</exception>
    public bool Daemon
    {
        get => _daemon;
        set
        {
            if (Volatile.Read(ref _state) != (int)State.Initial)
            {
                throw new InvalidOperationException($"{Name} was started already: whether it is a daemon is to be set before Start().");
            }

            _daemon = value;
        }
    }

    /// <summary>
    /// A number that identifies a living thread (.NET's managed thread id); null before <see cref="Start"/>. It can still be read after the
    /// end, and may then be reused for another thread.
    /// </summary>
    public int? Ident =>
        ReferenceEquals(this, s_main) ? MainManagedId : Volatile.Read(ref _state) == (int)State.Initial ? null : _thread?.ManagedThreadId;

    /// <summary>
    /// The kernel's thread id, as other programs see it; null before <see cref="Start"/>, and if the system does not provide it.
    /// </summary>
    public long? NativeId => Volatile.Read(ref _nativeId) is not 0 and long id ? id : null;

    /// <summary>Whether the thread was started and has not ended.</summary>
    public bool IsAlive => Volatile.Read(ref _state) == (int)State.Started && (!IsForeign || _thread is not { IsAlive: false });

    /// <summary>Whether the thread is asleep at this moment, for any reason.</summary>
    internal bool IsAsleep => _thread is { } thread && thread.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin);

    /// <summary>The exception that left <see cref="Run"/>, once the thread has ended; null if there was none.</summary>
    public Exception? Exception => _exception;

    IReadOnlyList<int>? IHeld.Holders => Ident is int id ? [id] : null;

    string? IHeld.WayOut => null;

    string IHeld.AdviceToHolder => "A thread cannot wait for its own end.";

    /// <summary>The thread's work: calls the target. Override it in a subclass to do something else.</summary>
    protected virtual void Run() => _target?.Invoke();

    /// <summary>Starts the thread, once. When it returns the thread is running and has its ids.</summary>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    /// <exception cref="OutOfMemoryException">The system refuses another thread; this one can be started again later.</exception>
    public void Start()
    {
        if (AsyncVoid.Is(((Action)Run).Method))
        {
            throw new InvalidOperationException(
                $"{nameof(Run)} of {GetType().Name} is asynchronous and gives no task (async void): the thread would end at its first " +
                "await. Let it block until all is done.");
        }

        if (Interlocked.CompareExchange(ref _state, (int)State.Started, (int)State.Initial) != (int)State.Initial)
        {
            throw new InvalidOperationException($"{Name} was started already: a thread can be started only once. Make another one.");
        }

        var running = new Event();
        var thread = new System.Threading.Thread(() => Live(running), StackSize) { IsBackground = _daemon, Name = Name };
        _thread = thread;
        s_alive.Add(this);
        try
        {
            if (_context is null)
            {
                thread.Start();
            }
            else
            {
                thread.UnsafeStart();
            }
        }
        catch
        {
            s_alive.Remove(this);
            Volatile.Write(ref _state, (int)State.Initial);
            throw;
        }

        UninterruptibleMonitor.Run(running, static started => started.Wait());
    }

    /// <summary>Blocks until the thread has ended.</summary>
    /// <param name="token">Ends the wait, not the thread.</param>
    /// <exception cref="InvalidOperationException">
    /// The thread was not started, is the calling thread, or was not created by this class.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Join(CancellationToken token = default) => TryJoin(Timeout.InfiniteTimeSpan, token);

    /// <summary>Blocks until the thread has ended or the time is up.</summary>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, only checks; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait, not the thread.</param>
    /// <returns>Whether it has ended; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="InvalidOperationException">
    /// The thread was not started, is the calling thread, or was not made by this class.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public bool TryJoin(TimeSpan timeout = default, CancellationToken token = default)
    {
        ThrowUnlessJoinable();
        if (!_ended.TryWait(timeout, token))
        {
            return false;
        }

        _thread!.Join();   // the last few instructions, so that its thread-locals are gone too
        return true;
    }

    /// <summary>Waits, without blocking the calling thread, until the thread has ended.</summary>
    /// <remarks>
    /// The thread's own code may await its end; it then continues elsewhere. The operating system may still be busy with the last of it.
    /// </remarks>
    /// <inheritdoc cref="Join(CancellationToken)" path="/param"/>
    /// <exception cref="InvalidOperationException">The thread was not started, or was not made by this class.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask JoinAsync(CancellationToken token = default)
    {
        ThrowUnlessJoinable(isAwaiting: true);
        return _ended.WaitAsync(token);
    }

    /// <summary>Waits, without blocking the calling thread, until the thread has ended or the time is up.</summary>
    /// <inheritdoc cref="TryJoin(TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryJoin(TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="JoinAsync(CancellationToken)" path="/exception"/>
    public ValueTask<bool> TryJoinAsync(TimeSpan timeout, CancellationToken token = default)
    {
        ThrowUnlessJoinable(isAwaiting: true);
        return _ended.TryWaitAsync(timeout, token);
    }

    /// <summary>The name, "initial", "started" or "stopped", "daemon" if it is one, and the id.</summary>
    public override string ToString()
    {
        string state = ((State)Volatile.Read(ref _state)).ToString();
        return $"{GetType().Name}({Name}, {state.ToLowerInvariant()}{(Daemon ? " daemon" : "")}{(Ident is int id ? $" {id}" : "")})";
    }

    private static string DefaultName(Delegate? target)
    {
        string number = $"Thread-{Interlocked.Increment(ref s_counter)}";
        return target?.Method.Name is { } name && !name.Contains('<') ? $"{number} ({name})" : number;
    }

    private void Live(Event running)
    {
        t_current = this;
        Volatile.Write(ref _nativeId, NativeThreadId.OfCaller() ?? 0);
        ThreadWaiter.ForCurrentThread();           // registers the thread by its name with the wait graph
        running.Set();
        try
        {
            _exception = TryRun();
            if (_exception is not null)
            {
                ReportUnhandled(_exception);
            }
        }
        finally
        {
            _target = null;
            _context = null;
            Volatile.Write(ref _state, (int)State.Stopped);
            s_alive.Remove(this);
            _ended.Set();
        }
    }

    /// <summary>
    /// Runs, and returns the exception: the caller reports it, where the stack that a deep recursion has used up is free again.
    /// </summary>
    private Exception? TryRun()
    {
        try
        {
            if (_context is null)
            {
                Run();
            }
            else
            {
                ExecutionContext.Run(_context, static self => ((Thread)self!).Run(), this);
            }

            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private void ThrowUnlessJoinable(bool isAwaiting = false)
    {
        string? problem = Volatile.Read(ref _state) == (int)State.Initial
            ? "was not started, so there is no end to wait for: call Start() first."
            : IsForeign ? "was not started by Braid: it cannot be joined."
            : ReferenceEquals(this, t_current) && !isAwaiting ? "cannot join itself: it would wait forever."
            : null;
        if (problem is not null)
        {
            throw new InvalidOperationException($"{Name} {problem}");
        }
    }
}
