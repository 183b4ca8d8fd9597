using Braid.Futures;

namespace Braid.AsyncIO;

/// <summary>
/// One thread that runs callbacks, and the continuation of each <c>await</c>, one after another; so between two awaits no other code of the
/// loop runs.
/// </summary>
/// <remarks>
/// <para>
/// One exception comes from .NET: completing a <see cref="TaskCompletionSource"/> runs the awaiters of its task at once, inside that call,
/// unless it was created with <see cref="TaskCreationOptions.RunContinuationsAsynchronously"/>.
/// </para>
/// <para>
/// Goals: everything started inside runs on the loop's thread, in the order in which it became ready; nothing outlives
/// <see cref="Run(Func{Task}, bool?, CancellationToken)"/> unnoticed; a turn costs some tens of nanoseconds; an idle loop costs nothing.
/// </para>
/// <para>
/// Protocol: a turn takes the calls that other threads posted to the <see cref="Inbox"/>, then the timers that are due, then runs as many
/// callbacks as were ready at its beginning; callbacks that these make ready run in the next turn, so timers and other threads are never
/// starved. The loop's thread adds to its own queue without a lock. When nothing is ready it sleeps in the inbox until the next timer.
/// </para>
/// <para>
/// Threading: members belong to the loop's own thread, and throw if called on another, except <see cref="CallSoonThreadsafe"/>,
/// <see cref="RunCoroutineThreadsafe{T}"/> and the properties. Everything a thread wrote before it posted a callback is visible to the
/// callback. <see cref="Threading.Lock"/>, <see cref="Threading.Event"/>, <see cref="Queues.Queue{T}"/> and the others work in the loop
/// too: await them.
/// </para>
/// <para>
/// Rejected: a task scheduler instead of a synchronization context, which an <c>await</c> captures just as well, but which the plain
/// delegates of <c>IValueTaskSource</c> reach by a slower path; wrapping each task in a type of our own, which would prevent .NET's from
/// being used inside.
/// </para>
/// <para>Python counterpart: <c>asyncio.run</c> and the loop of <c>asyncio.get_running_loop()</c>.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class EventLoop : IInternal
{
    private readonly System.Threading.Thread _thread = System.Threading.Thread.CurrentThread;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly ReadyQueue _ready = new();                 // the loop's thread, like every field that does not say otherwise
    private readonly LoopTimers _timers = new();
    private readonly Inbox _inbox;
    private readonly LoopContext _context;
    private readonly ExecutionContext? _executionContext = ExecutionContext.Capture();   // null if its flow is suppressed
    private readonly LinkedList<LoopTask> _tasks = new();
    private readonly CancellationTokenSource _mainStop;         // Run owns it, like the next one
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _stopToken;
    private Executor? _defaultExecutor;                         // any thread, by Interlocked
    private int _operations;                                    // running async void methods; any thread, by Interlocked
    private int _tasksMade;
    private int _ctrlCs;   // 1 once one arrived, which the loop may not have handled yet; threads of the runtime, by Interlocked
    private bool _interrupted;
    private volatile bool _isRunning = true;                    // the loop's thread; read by any
    private ReadyCall _current;   // the running call; the loop writes it, the watch reads it, torn at worst into a wrong name
    private long _callsRun;                                     // the loop writes it, the watch reads it

    private EventLoop(bool debug, CancellationTokenSource mainStop, CancellationTokenSource stop)
    {
        _inbox = new Inbox(this, RunLate);
        _context = new LoopContext(this);
        _mainStop = mainStop;
        Token = mainStop.Token;
        _stop = stop;
        _stopToken = stop.Token;
        Debug = debug;
    }

    /// <summary>
    /// Cancelled when the running code must end early: by Ctrl-C, by the token given to <c>Run</c>, or by an interrupt of the loop's
    /// thread; and when the main function has ended.
    /// </summary>
    public CancellationToken Token { get; }

    /// <summary>The loop's clock: the time since it was created. It never goes back.</summary>
    public TimeSpan Time => Stopwatch.GetElapsedTime(_started);

    /// <summary>Whether it is open, that is, accepts callbacks. False once <c>Run</c> has ended.</summary>
    public bool IsRunning => _isRunning;

    /// <summary>
    /// Whether callbacks are timed and long ones reported. False by default, unless the variable BRAID_ASYNCIO_DEBUG is 1 or <c>Run</c> was
    /// called with <c>debug: true</c>.
    /// </summary>
    public bool Debug { get; set; }

    /// <summary>How long a callback may take in debug mode without being reported: 100 ms by default.</summary>
    public TimeSpan SlowCallbackDuration { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long <c>Run</c> waits, once the main function has ended, for cancelled tasks, and then again for calls of the default executor:
    /// 30 s by default; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative and not infinite.</exception>
    public TimeSpan ShutdownTimeout
    {
        get;
        set
        {
            Deadline.Check(value);
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Called with each error that no one awaits: an exception of a callback or of an <c>async void</c> method, a task or a task group that
    /// fails and is never awaited, a task that fails while it is being cancelled at the end or by its future, a callback that blocks the
    /// loop. By default it writes to standard error. Any thread may call it.
    /// </summary>
    /// <exception cref="ArgumentException">It is async void.</exception>
    public Action<EventLoopErrorArgs> ExceptionHandler
    {
        get;
        set
        {
            Threading.AsyncVoid.Refuse(
                value,
                "Any thread may call the handler, and not always in the loop. Put the error into a queue and read that.",
                nameof(ExceptionHandler));
            field = value;
        }
    } = DefaultExceptionHandler;

    /// <summary>
    /// The executor in which <see cref="RunInExecutor{T}(Func{T}, CancellationToken)"/> runs calls: a <see cref="ThreadPoolExecutor"/>,
    /// created when first needed. It is shut down when the loop ends.
    /// </summary>
    /// <exception cref="ArgumentNullException">It is set to null.</exception>
    public Executor DefaultExecutor
    {
        // If several threads create one, one is kept; it starts no thread before a call, so the others are only garbage. The exchange
        // publishes it whole.
        get => _defaultExecutor ?? Interlocked.CompareExchange(ref _defaultExecutor, new ThreadPoolExecutor(), null) ?? _defaultExecutor;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _defaultExecutor = value;
        }
    }

    internal System.Threading.Thread Thread => _thread;

    /// <summary>Whether it is idle.</summary>
    internal bool Sleeps => _inbox.Sleeps;

    internal ReadyCall CurrentCall => _current;

    /// <summary>How many callbacks have run.</summary>
    internal long CallsRun => Volatile.Read(ref _callsRun);   // whole and recent; it orders nothing

    internal bool IsInLoop => System.Threading.Thread.CurrentThread == _thread && _isRunning;

    /// <summary>Runs a callback in the next turn of the loop. Never blocks.</summary>
    /// <param name="callback">
    /// What to call, with the caller's execution context. An exception goes to <see cref="ExceptionHandler"/>.
    /// </param>
    /// <returns>A handle to cancel it.</returns>
    /// <exception cref="ArgumentNullException">There is no callback.</exception>
    /// <exception cref="InvalidOperationException">The calling thread is not the loop's.</exception>
    public Handle CallSoon(Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ThrowIfElsewhere(nameof(CallSoon));
        var handle = new Handle(callback);
        _ready.Add(new ReadyCall(Handle.Run, handle));
        return handle;
    }

    /// <summary>Runs a callback in the loop, and wakes the loop for it. Any thread may call it. Never blocks.</summary>
    /// <inheritdoc cref="CallSoon" path="/param"/>
    /// <inheritdoc cref="CallSoon" path="/returns"/>
    /// <exception cref="ArgumentNullException">There is no callback.</exception>
    /// <exception cref="InvalidOperationException">The loop has closed.</exception>
    public Handle CallSoonThreadsafe(Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var handle = new Handle(callback);
        return _inbox.TryAdd(new ReadyCall(Handle.Run, handle)) ? handle : throw Closed();
    }

    /// <summary>Runs a callback after a delay. Never blocks.</summary>
    /// <param name="delay">The delay, from now; zero or less: in the next turn.</param>
    /// <param name="callback">
    /// What to call, with the caller's execution context. An exception goes to <see cref="ExceptionHandler"/>.
    /// </param>
    /// <inheritdoc cref="CallSoon" path="/returns"/>
    /// <inheritdoc cref="CallSoon" path="/exception"/>
    public TimerHandle CallLater(TimeSpan delay, Action callback) =>
        CallAt(delay < TimeSpan.MaxValue - Time ? Time + delay : TimeSpan.MaxValue, callback);

    /// <summary>Runs a callback at a given time. Never blocks.</summary>
    /// <param name="when">The time, on the clock of <see cref="Time"/>.</param>
    /// <param name="callback">
    /// What to call, with the caller's execution context. An exception goes to <see cref="ExceptionHandler"/>.
    /// </param>
    /// <inheritdoc cref="CallSoon" path="/returns"/>
    /// <inheritdoc cref="CallSoon" path="/exception"/>
    public TimerHandle CallAt(TimeSpan when, Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ThrowIfElsewhere(nameof(CallAt));
        var timer = new TimerHandle(callback, when, this);
        _timers.Add(timer);
        return timer;
    }

    /// <summary>The state, and how many calls and tasks there are.</summary>
    public override string ToString() =>
        $"EventLoop, {(IsRunning ? "running" : "closed")}, ready={_ready.Count}, timers={_timers.Count}, tasks={_tasks.Count}";

    internal void Post(ReadyCall call)
    {
        if (IsInLoop)
        {
            _ready.Add(call);
        }
        else
        {
            _inbox.Add(call);
        }
    }

    internal void Send(SendOrPostCallback call, object? state)
    {
        if (IsInLoop)
        {
            call(state);
            return;
        }

        var done = new Future<ValueTuple>();
        Post(new ReadyCall(
            _ =>
            {
                try
                {
                    call(state);
                    done.SetResult(default);
                }
                catch (Exception exception)
                {
                    done.SetException(exception);
                }
            },
            null));
        done.Result();
    }

    internal void CountOperation(int change)
    {
        if (Interlocked.Add(ref _operations, change) == 0 && !IsInLoop)   // a full fence before the wake: the loop that it wakes reads 0
        {
            Wake();    // the loop may be waiting for that
        }
    }

    internal void Report(string message, Exception? exception)
    {
        var args = new EventLoopErrorArgs(this, message, exception);
        try
        {
            ExceptionHandler(args);
        }
        catch (Exception handlerFailure)
        {
            DefaultExceptionHandler(new EventLoopErrorArgs(this, "The loop's ExceptionHandler failed.", handlerFailure));
            DefaultExceptionHandler(args);
        }
    }

    /// <summary>Reports in the loop, or elsewhere after its end. Any thread may call it.</summary>
    internal void ReportSoon(string message, Exception exception) => Post(new ReadyCall(_ => Report(message, exception), null));

    /// <summary>A timer was cancelled, by any thread.</summary>
    internal void OnTimerCancelled()
    {
        if (IsInLoop)
        {
            _timers.OnCancelled();
        }
        else
        {
            _inbox.TryAdd(new ReadyCall(static timers => ((LoopTimers)timers!).OnCancelled(), _timers));
        }
    }

    /// <summary>Cancels, and reports exceptions of the token's callbacks.</summary>
    internal void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException exception)
        {
            Report("A callback of a token that the event loop cancelled failed.", exception);
        }
    }

    private void Wake() => Post(new ReadyCall(static _ => { }, null));

    private static void DefaultExceptionHandler(EventLoopErrorArgs args)
    {
        try
        {
            Console.Error.WriteLine(args.Exception is null ? args.Message : $"{args.Message}{Environment.NewLine}{TextOf(args.Exception)}");
        }
        catch (Exception)
        {
            // Standard error fails too, and there is nowhere else to report to; the loop goes on.
        }
    }

    private static string TextOf(Exception exception)
    {
        try
        {
            return exception.ToString();
        }
        catch (Exception failure)
        {
            return $"{exception.GetType()}, whose ToString failed with {failure.GetType()}.";
        }
    }

    private void ThrowIfElsewhere(string member)
    {
        if (!IsInLoop)
        {
            throw IsRunning
                ? new InvalidOperationException(
                    $"{member} belongs to the event loop's own thread; from another thread, use CallSoonThreadsafe.")
                : Closed();
        }
    }

    private static InvalidOperationException Closed() => new("The event loop is closed: Run has ended.");
}
