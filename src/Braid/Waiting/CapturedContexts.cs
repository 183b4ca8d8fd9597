namespace Braid.Waiting;

/// <summary>
/// Runs the continuation of an await where its caller wants it: in a synchronization context, in a task scheduler, or on the thread pool.
/// </summary>
/// <remarks>
/// Posting to a context of the program's runs its code, which may block, run the continuation at once, or throw, because its window is
/// closed. So the thread that completes an await does not post itself. For each context, threads of <see cref="CallbackThreads"/> post one
/// continuation after another, which keeps the order. A continuation that a context rejects runs on such a thread, with the result that the
/// await got: so nothing that was granted to it is lost, and its <c>finally</c> blocks run.
/// </remarks>
internal static class CapturedContexts
{
    private static readonly ConditionalWeakTable<object, ForeignContext> s_foreign = [];   // by context or scheduler of the program's

    /// <summary>Has an action run at a place, once. Never blocks and runs nothing itself.</summary>
    /// <param name="place">A synchronization context or a task scheduler; null for the thread pool.</param>
    /// <param name="action">What to run.</param>
    /// <param name="state">Its argument.</param>
    /// <param name="flow">The execution context in which to run it; null for none.</param>
    public static void Queue(object? place, Action<object?> action, object? state, ExecutionContext? flow)
    {
        if (flow is not null)
        {
            (action, state) = (InFlow, (action, state, flow));
        }

        if (place is IOwnContext own)
        {
            own.Post(static call => Invoke(call), (action, state));
        }
        else if (place is null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(action, state, preferLocal: true);
        }
        else
        {
            var call = new Posted(s_foreign.GetValue(place, static _ => new ForeignContext()), place, action, state);
            call.Queue();
        }
    }

    /// <summary>Reports an exception on a thread that may run user code.</summary>
    public static void Report(Exception exception) => CallbackThreads.Run(() => CallbackThreads.Unhandled(exception));

    private static void Invoke(object? call)
    {
        var (action, state) = ((Action<object?>, object?))call!;
        action(state);
    }

    private static void InFlow(object? call)
    {
        var (action, state, flow) = ((Action<object?>, object?, ExecutionContext))call!;
        ExecutionContext.Run(flow, static call => Invoke(call), (action, state));
    }

    /// <summary>The state of a context or scheduler of the program's. It does not keep it alive.</summary>
    private sealed class ForeignContext
    {
        private int _hasRefused;    // by exchange: 1 once it rejected a continuation, which is reported once

        public SerialQueue Calls { get; } = new();

        public void OnRefused(object place, Exception exception)
        {
            if (Interlocked.Exchange(ref _hasRefused, 1) == 0)   // the exchange chooses the thread that reports
            {
                CallbackThreads.Unhandled(
                    new InvalidOperationException(
                        $"{place.GetType()} refuses what is posted to it. What follows an await there runs on a thread of Braid's " +
                        "instead. This is reported once.",
                        exception));
            }
        }
    }

    /// <summary>A continuation posted to a context or scheduler of the program's: it runs once, whatever that does with it.</summary>
    private sealed class Posted(ForeignContext known, object place, Action<object?> action, object? state)
    {
        private int _hasRun;   // by exchange: 1 once it has begun

        public void Queue() => known.Calls.Post(Post);

        private void Post()
        {
            try
            {
                if (place is SynchronizationContext context)
                {
                    context.Post(static call => ((Posted)call!).Run(), this);
                }
                else
                {
                    Task.Factory.StartNew(
                        static call => ((Posted)call!).Run(),
                        this,
                        CancellationToken.None,
                        TaskCreationOptions.DenyChildAttach,
                        (TaskScheduler)place);
                }
            }
            catch (Exception exception)
            {
                CallbackThreads.Run(Run);
                known.OnRefused(place, exception);
            }
        }

        private void Run()
        {
            if (Interlocked.Exchange(ref _hasRun, 1) == 0)   // a context may run it, or run it twice, and still throw
            {
                action(state);
            }
        }
    }
}
