namespace Braid.Futures;

/// <summary>
/// Runs the callbacks of futures on the calling thread, and bounds the depth of its stack however long a chain of futures is.
/// </summary>
/// <remarks>
/// <para>
/// A callback may end another future, whose callbacks then run, one of which ends a third, and so on. Each runs before the call that ended
/// its future returns, as in Python, up to <see cref="MaxNesting"/> deep. The callbacks of a future that ends deeper are deferred until the
/// callback that ended it has returned, and run before the next callback of the same list. So the order is the same as with unlimited
/// nesting:
/// </para>
/// <code>
///   f: a, b    a ends g, then h    g: c, d    h: e        a c d e b, whether c, d and e run inside a or right after it
/// </code>
/// <para>
/// Rejected: always deferring, which is simpler, but then a callback could not rely on a future it has just ended even in a short chain;
/// handing the rest of a long chain to the thread pool, which would need a free thread there.
/// </para>
/// </remarks>
internal static class Callbacks
{
    /// <summary>
    /// Deep enough for programs, and cheap for any stack: a level costs some hundred bytes, plus what the callback itself needs.
    /// </summary>
    internal const int MaxNesting = 16;

    [ThreadStatic]
    private static int t_nesting;

    [ThreadStatic]
    private static List<Batch>? t_putOff;   // in order; null: none

    /// <summary>
    /// Runs the callbacks of a completed future, in order. If one throws, the exception is reported, and the others still run.
    /// </summary>
    public static void Run(Future future, List<Action<Future>> callbacks)
    {
        if (t_nesting == MaxNesting)
        {
            (t_putOff ??= []).Add(new Batch(future, callbacks));
            return;
        }

        t_nesting++;
        try
        {
            foreach (Action<Future> callback in callbacks)
            {
                Call(callback, future);
                if (t_putOff is not null)
                {
                    RunPutOff();
                }
            }
        }
        finally
        {
            t_nesting--;
        }
    }

    /// <summary>Runs the callbacks that the last callback has deferred, and those that they defer in turn, depth first.</summary>
    private static void RunPutOff()
    {
        var stack = new Stack<Batch>();
        Push();
        while (stack.TryPop(out Batch? batch))
        {
            if (batch.TryTakeNext() is { } callback)
            {
                stack.Push(batch);   // before the batches that this callback defers, which go on top of it
                Call(callback, batch.Future);
                Push();
            }
        }

        void Push()
        {
            List<Batch>? putOff = t_putOff;
            t_putOff = null;
            for (int index = (putOff?.Count ?? 0) - 1; index >= 0; index--)
            {
                stack.Push(putOff![index]);
            }
        }
    }

    private static void Call(Action<Future> callback, Future future)
    {
        SynchronizationContext? synchronization = SynchronizationContext.Current;
        ExecutionContext? context = ExecutionContext.Capture();
        try
        {
            callback(future);
        }
        catch (Exception exception)
        {
            Threading.Thread.ReportUnhandled(exception);
        }

        if (context is not null)
        {
            // neither the next callback nor the code that ended the future sees this one's async-locals
            ExecutionContext.Restore(context);
        }

        if (SynchronizationContext.Current != synchronization)
        {
            SynchronizationContext.SetSynchronizationContext(synchronization);
        }
    }

    /// <summary>The deferred callbacks of one future, from the next one on.</summary>
    private sealed class Batch(Future future, List<Action<Future>> callbacks)
    {
        private int _next;

        public Future Future => future;

        /// <returns>Null if all have run.</returns>
        public Action<Future>? TryTakeNext() => _next < callbacks.Count ? callbacks[_next++] : null;
    }
}
