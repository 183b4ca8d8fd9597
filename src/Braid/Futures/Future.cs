using System.Runtime.ExceptionServices;

namespace Braid.Futures;

/// <summary>The outcome of a call that may not have ended yet.</summary>
/// <remarks>
/// <para>
/// It is pending, running, cancelled or finished. A pending call can be cancelled; a running one is never interrupted, unless it runs in a
/// process of its own. An outcome can be blocked on, awaited, polled, or received by a callback; an exception is thrown as the same object
/// each time, with the stack trace of the thread that threw it. Interrupting the thread also ends a blocked wait, which has then taken
/// nothing, with <see cref="ThreadInterruptedException"/>. Everything the call wrote is visible once the future is done.
/// </para>
/// <para>Python counterpart: <c>concurrent.futures.Future</c>.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public abstract partial class Future : IHeld
{
    private volatile int _state;                 // FutureState, by compare-exchange
    private int _runner;                         // managed id of the thread that runs it, if it is known; written by that thread
    private ExceptionDispatchInfo? _exception;   // written while Ending
    private Completion? _completion;             // set once, by the first that waits

    // Orders: each change of _state is a compare-exchange, so of a cancellation, a begin and an end exactly one wins. The thread that moves
    // it to Ending alone writes the outcome; the exchange to Finished publishes that to readers of _state (volatile). That exchange and the
    // creation of _completion are full fences before a read of the other word, so no thread waits for a future that is done: see
    // Completion.

    private protected Future()
    {
    }

    /// <summary>Whether it was cancelled: before it ran, or while it ran in another process.</summary>
    public bool Cancelled => _state is FutureState.Cancelled or FutureState.CancelledAndNotified;

    /// <summary>Whether the call is running at this moment and can no longer be cancelled.</summary>
    public bool Running => _state is FutureState.Running or FutureState.Ending;

    /// <summary>Whether it is cancelled or finished.</summary>
    public bool Done => _state >= FutureState.Cancelled;

    internal int WaiterCount => Volatile.Read(ref _completion)?.Waiters.WaiterCount ?? 0;

    /// <summary>The exception it ended with, without waiting; null if it is not done or ended otherwise.</summary>
    internal Exception? Failure => _state == FutureState.Finished ? _exception?.SourceException : null;

    IReadOnlyList<int>? IHeld.Holders => Done ? null : !Running ? PendingHolders : _runner == 0 ? null : [_runner];

    string? IHeld.WayOut => CanStop || !Running ? "the call is cancelled" : null;

    string IHeld.AdviceToHolder =>
        Running
            ? "A call cannot wait for its own outcome."
            : "The call is pending, and the only worker that could run it is the one that waits.";

    /// <summary>The threads any one of which could run it, while it is pending; null if unknown.</summary>
    private protected virtual IReadOnlyList<int>? PendingHolders => null;

    /// <summary>
    /// Cancels the call if it is still pending, or if it runs in a process of its own, which is then killed. Its waiters get an
    /// <see cref="OperationCanceledException"/>, callbacks run in the calling thread.
    /// </summary>
    /// <returns>Whether it is cancelled now; false if the call runs in this process or is finished, which changes nothing.</returns>
    public bool Cancel()
    {
        if (Interlocked.CompareExchange(ref _state, FutureState.Cancelled, FutureState.Pending) == FutureState.Pending)
        {
            OnCancelled();
            Complete();
            return true;
        }

        if (CanStop
            && Interlocked.CompareExchange(ref _state, FutureState.CancelledAndNotified, FutureState.Running) == FutureState.Running)
        {
            OnCancelled();
            Complete();
            return true;
        }

        return Cancelled;
    }

    /// <summary>Makes the token cancel the call, until it is done.</summary>
    internal void CancelWith(CancellationToken token)
    {
        if (token.CanBeCanceled)
        {
            var cancellation = new Cancellation(token.UnsafeRegister(static future => ((Future)future!).Cancel(), this));
            if (!TryAddListener(cancellation))
            {
                cancellation.OnDone(this);
            }
        }
    }

    /// <summary>Whether a running call can be stopped from outside, because it runs in another process.</summary>
    private protected virtual bool CanStop => false;

    /// <summary>Called before the thread blocks; an override may help the call complete. Must be quick.</summary>
    private protected virtual void HelpAlong()
    {
    }

    /// <summary>Called once on cancellation, so that the executor can dequeue or kill the call.</summary>
    private protected virtual void OnCancelled()
    {
    }

    /// <summary>Called once when the future completes, before its waiters are released; used for counting.</summary>
    private protected virtual void OnDone()
    {
    }

    /// <summary>
    /// Calls back once, when the future is done: on the thread that ends it, or at once on the calling thread if it is done already.
    /// </summary>
    /// <remarks>
    /// Callbacks run in the order in which they were added, after the waiters were released, outside all locks. An exception of one goes to
    /// <see cref="Threading.Thread.ExceptHook"/>; the others still run. Changes that a callback makes to its thread's async-locals, culture
    /// and synchronization context are undone after it. A callback may end other futures, whose callbacks run before it continues; in a
    /// chain of many, where that would need more and more stack, those of the later futures run in the same order directly after the
    /// callback that ended their future.
    /// </remarks>
    /// <param name="callback">What to call, with this future.</param>
    /// <exception cref="ArgumentNullException">There is no callback.</exception>
    /// <exception cref="ArgumentException">The callback is <c>async void</c>.</exception>
    public void AddDoneCallback(Action<Future> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Threading.AsyncVoid.RefuseQuickly(callback, "Pass a function that returns a task.");
        if (!TryAddCallback(callback))
        {
            Callbacks.Run(this, [callback]);
        }
    }

    /// <summary>Calls an asynchronous function back once, when the future is done. Nothing waits for its task.</summary>
    /// <remarks>An exception of the callback or of its task goes to <see cref="Threading.Thread.ExceptHook"/>.</remarks>
    /// <param name="callback">What to call, with this future.</param>
    /// <exception cref="ArgumentNullException">There is no callback.</exception>
    [OverloadResolutionPriority(Threading.Awaiting.ReturnsTask)]
    public void AddDoneCallback(Func<Future, Task> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        AddDoneCallback(done =>
        {
            _ = callback(done).ContinueWith(
                static task => Threading.Thread.ReportUnhandled(task.Exception!.InnerException!),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        });
    }

    /// <summary>Begins the call. For executors: call it before running a pending call.</summary>
    /// <returns>True: it is now running and must be given an outcome. False: it was cancelled and must not be run.</returns>
    /// <exception cref="InvalidStateException">It was begun before.</exception>
    public bool SetRunningOrNotifyCancel()
    {
        int seen = Interlocked.CompareExchange(ref _state, FutureState.Running, FutureState.Pending);
        if (seen == FutureState.Pending)
        {
            return true;
        }

        if (seen == FutureState.Cancelled
            && Interlocked.CompareExchange(ref _state, FutureState.CancelledAndNotified, FutureState.Cancelled) == FutureState.Cancelled)
        {
            return false;
        }

        throw new InvalidStateException($"The future was begun already: {this}");
    }

    /// <summary>Begins a call, or marks a cancelled one as seen by its executor.</summary>
    /// <returns>Whether to run it now.</returns>
    private protected bool TryBegin()
    {
        int seen = Interlocked.CompareExchange(ref _state, FutureState.Running, FutureState.Pending);
        if (seen == FutureState.Cancelled)
        {
            Interlocked.CompareExchange(ref _state, FutureState.CancelledAndNotified, FutureState.Cancelled);
        }

        return seen == FutureState.Pending;
    }

    /// <summary>Ends the call with an exception. For executors.</summary>
    /// <param name="exception">The exception, not shared with another future.</param>
    /// <exception cref="ArgumentNullException">There is no exception.</exception>
    /// <exception cref="InvalidStateException">The future is done already.</exception>
    public void SetException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (!TrySetException(exception))
        {
            throw HasOutcome();
        }
    }

    /// <summary>The state, and the outcome's type.</summary>
    public override string ToString()
    {
        string outcome = _state == FutureState.Finished
            ? _exception is null ? $", {ResultText}" : $", raised {_exception.SourceException.GetType().Name}"
            : "";
        string state = Cancelled ? "cancelled" : Running ? "running" : Done ? "finished" : "pending";
        return $"Future, {state}{outcome}";
    }

    private protected abstract string ResultText { get; }

    /// <returns>False if the future is done: the callback was not added and will not be called.</returns>
    private bool TryAddCallback(Action<Future> callback) => !Done && CompletionOrNew().TryAdd(callback);

    /// <returns>False if the future is done: the listener was not added and will not be called.</returns>
    internal bool TryAddListener(FutureListener listener) => !Done && CompletionOrNew().TryAdd(listener);

    /// <summary>Removes a listener, unless it is being called.</summary>
    internal void RemoveListener(FutureListener listener) => Volatile.Read(ref _completion)?.Remove(listener);

    /// <summary>Records that the calling thread runs the call, for the wait graph.</summary>
    private protected void RunsHere() => _runner = Environment.CurrentManagedThreadId;

    /// <returns>False if the future is done already.</returns>
    internal bool TrySetException(Exception exception)
    {
        if (!TryBeginEnd())
        {
            return false;
        }

        _exception = ExceptionDispatchInfo.Capture(exception);
        FinishEnd();
        return true;
    }

    /// <summary>Claims the right to write the outcome.</summary>
    private protected bool TryBeginEnd()
    {
        int state;
        while ((state = _state) is FutureState.Pending or FutureState.Running)
        {
            if (Interlocked.CompareExchange(ref _state, FutureState.Ending, state) == state)
            {
                return true;
            }
        }

        return false;
    }

    private protected InvalidStateException HasOutcome() => new($"The future has an outcome already: {this}");

    /// <summary>Publishes the outcome and notifies all waiters.</summary>
    private protected void FinishEnd()
    {
        Interlocked.Exchange(ref _state, FutureState.Finished);   // a full fence, see Completion
        Complete();
    }

    /// <summary>Calls the listeners of a completed future, and runs its callbacks, in order.</summary>
    /// <param name="listeners">The first of them; null if there are none.</param>
    /// <param name="callbacks">Null if there are none.</param>
    internal virtual void Announce(FutureListener? listeners, List<Action<Future>>? callbacks)
    {
        FutureListener.CallAll(listeners, this);
        if (callbacks is not null)
        {
            RunCallbacks(callbacks);
        }
    }

    /// <summary>Runs the callbacks of a completed future, in order.</summary>
    private protected virtual void RunCallbacks(List<Action<Future>> callbacks) => Callbacks.Run(this, callbacks);

    private void Complete()
    {
        OnDone();
        Volatile.Read(ref _completion)?.Complete();
    }

    private Completion CompletionOrNew() =>
        _completion ?? Interlocked.CompareExchange(ref _completion, new Completion(this), null) ?? _completion;

    private protected void ThrowIfFailed()
    {
        if (Cancelled)
        {
            throw new OperationCanceledException("The call was cancelled.");
        }

        _exception?.Throw();
    }

    /// <summary>Ends a future's registration with a token.</summary>
    private sealed class Cancellation(CancellationTokenRegistration registration) : FutureListener
    {
        // does not wait: the cancellation's callbacks may wait for this worker
        public override void OnDone(Future future) => registration.Unregister();
    }
}
