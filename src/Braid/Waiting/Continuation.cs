using System.Threading.Tasks.Sources;

namespace Braid.Waiting;

/// <summary>The continuation of one await, and the choice of where it runs once the await is completed.</summary>
/// <remarks>
/// <para>There are several kinds of awaiters, which differ in what runs on the thread that completes the await:</para>
/// <code>
///   awaiter                                             where the continuation runs
///   an async method of Braid's, ConfigureAwait(false)   at once, on the completing thread: a few lines of Braid's own
///   any other, and an async method of Braid's
///   that is about to run user code                      posted to the captured context, or queued to the thread pool
///   a task made by AsTask() in an event loop            posted to the loop, which completes it
/// </code>
/// <para>
/// So no step of Braid's waits for a thread-pool worker, and no user code runs on the stack of a thread that releases, cancels, or keeps
/// the time. <see cref="AwaitingMethodBuilder{T}"/> tells this type that the awaiter is one of Braid's methods;
/// <c>ManualResetValueTaskSourceCore</c> cannot know that, and is not used for it.
/// </para>
/// <para>
/// Orders: the awaiter writes its fields, then exchanges its action into <c>_action</c>, a release; the completing thread stores the
/// outcome and <c>_isCompleted</c>, then exchanges <see cref="s_completed"/> in, a release too. The second of the two finds the other, an
/// acquire, and starts the continuation, so it is started once, by a thread that sees the outcome and the fields. From then on the owner
/// may be in use for another await, so nothing here is read after that.
/// </para>
/// </remarks>
internal struct Continuation
{
    private static readonly Action<object?> s_completed = static _ => throw new UnreachableException();
    private static readonly Action<object?> s_takeStep = static step => ((AwaitingMethod)step!).TakeStep();
    private static readonly object s_here = new();

    private Action<object?>? _action;     // by compare-exchange, as above
    private object? _state;               // written by the awaiter before the exchange, as are the next two
    private object? _place;               // s_here, a synchronization context, a task scheduler; null: the thread pool
    private ExecutionContext? _flow;      // only for awaiters that do not flow it themselves
    private bool _isCompleted;            // written by the completing thread, after the outcome

    /// <summary>Whether the outcome can be read.</summary>
    /// <remarks>
    /// Not before the exchange, although the outcome is stored: an awaiter that polls instead of registering would read it and give the
    /// owner to another await, and the completing thread would exchange <see cref="s_completed"/> into that one.
    /// </remarks>
    public readonly bool IsCompleted => Volatile.Read(in _action) is not null && Volatile.Read(in _isCompleted);

    /// <summary>Counts the awaits, which distinguishes one that is over from the current one.</summary>
    public short Version { get; private set; }

    /// <exception cref="InvalidOperationException">
    /// The value task belongs to an await that is over, or is awaited a second time.
    /// </exception>
    public void OnCompleted(Action<object?> action, object? state, short version, ValueTaskSourceOnCompletedFlags flags)
    {
        ThrowUnlessCurrent(version);
        AwaitingMethod? step = AwaitingMethod.TakeRegistering();
        if ((flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0)
        {
            _place = CurrentContext();
        }
        else if (step is not null)
        {
            (action, state, _place) = (s_takeStep, step, s_here);
        }
        else if (state is Task && SynchronizationContext.Current is IOwnContext loop)
        {
            // AsTask: the object that completes is a task, which wants no context, but to code of a loop it must come without the pool
            _place = loop;
        }

        _state = state;
        _flow = (flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0 ? ExecutionContext.Capture() : null;
        if (Interlocked.CompareExchange(ref _action, action, null) is { } other)
        {
            if (other != s_completed)
            {
                throw new InvalidOperationException("The value task is awaited already: it can be awaited once.");
            }

            Start(action);
        }
    }

    /// <summary>The outcome is stored: starts the continuation. Outside all gates.</summary>
    /// <param name="mayGoOnHere">
    /// Whether it may run at once if this happens to be its place: not on the stack of a thread that releases, cancels, or keeps the time.
    /// </param>
    public void Complete(bool mayGoOnHere = false)
    {
        Volatile.Write(ref _isCompleted, true);
        // Pairs with the exchange of OnCompleted: the other fields are read below
        if ((Volatile.Read(ref _action) ?? Interlocked.CompareExchange(ref _action, s_completed, null)) is not { } action)
        {
            return;
        }

        if (mayGoOnHere && _flow is null && _place == CurrentContext()
            && (_place is not null || System.Threading.Thread.CurrentThread.IsThreadPoolThread))
        {
            action(_state);
        }
        else
        {
            Start(action);
        }
    }

    /// <exception cref="InvalidOperationException">The value task belongs to an await that is over.</exception>
    public readonly void ThrowUnlessCurrent(short version)
    {
        if (version != Version)
        {
            throw new InvalidOperationException("The value task's result was read already: it can be read once.");
        }
    }

    /// <summary>Checks that the result can be read.</summary>
    /// <exception cref="InvalidOperationException">
    /// The value task belongs to an await that is over, or to one that is not completed.
    /// </exception>
    public readonly void ThrowUnlessReadable(short version)
    {
        ThrowUnlessCurrent(version);
        if (!IsCompleted)
        {
            throw new InvalidOperationException("The value task is not completed: await it.");
        }
    }

    /// <summary>Prepares it for the next await.</summary>
    public void Reset()
    {
        Version++;
        _action = null;
        _state = null;
        _place = null;
        _flow = null;
        _isCompleted = false;
    }

    /// <summary>
    /// The place where the calling code runs, as an await captures it: a synchronization context, a task scheduler; null for the thread
    /// pool.
    /// </summary>
    public static object? CurrentContext()
    {
        if (SynchronizationContext.Current is { } context && context.GetType() != typeof(SynchronizationContext))
        {
            return context;
        }

        TaskScheduler scheduler = TaskScheduler.Current;
        return scheduler == TaskScheduler.Default ? null : scheduler;
    }

    private readonly void Start(Action<object?> action)
    {
        if (_place == s_here)
        {
            action(_state);
        }
        else if (_place is null && _flow is null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(action, _state, preferLocal: true);
        }
        else
        {
            CapturedContexts.Queue(_place, action, _state, _flow);
        }
    }
}
