using Braid.Futures;

namespace Braid.AsyncIO;

/// <summary>Tasks that belong together: the group ends when all have ended, and if one fails, the others are cancelled.</summary>
/// <remarks>
/// <code>
/// await new AsyncIO.TaskGroup().RunAsync(group =&gt;
/// {
///     group.CreateTask(token =&gt; Fetch("a", token));
///     group.CreateTask(token =&gt; Fetch("b", token));
/// });                                     // both have ended here
/// </code>
/// <para>
/// The first task that fails, or the body, cancels the token that was given to all of them. All failures are thrown together, when
/// everything has ended; a task that ends by cancellation is not a failure. A task that does not check its token is waited for. A
/// <see cref="Timeout"/> or a group around it cancels it too, without a token being passed on.
/// </para>
/// <para>
/// In an <see cref="EventLoop"/> tasks run on its thread, starting in the next turn; elsewhere in the current synchronization context, or
/// on the thread pool. Python counterpart: <c>asyncio.TaskGroup</c>.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class TaskGroup
{
    private readonly Gate _gate = new();
    private readonly CancellationToken _outer;
    private readonly CancellationTokenSource _stop;   // needs no disposal, and outlives the group while the outer token is being cancelled
    private readonly CancellationTokenRegistration _byOuter;
    // completed by the thread that ends last, or cancels
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Exception> _failures = [];     // guarded by _gate, like every field below
    private State _state;
    private int _running;                                // tasks, the body, and cancellations in progress
    private bool _someCancelled;
    private bool _cancelledOnPurpose;
    private CancelScope? _scope;                         // written before the body runs
    private Task? _run;                                  // written when RunAsync returns

    /// <summary>Creates a group.</summary>
    /// <param name="token">
    /// Cancels the tasks and the body; the group then throws an <see cref="OperationCanceledException"/>, unless there are failures.
    /// </param>
    public TaskGroup(CancellationToken token = default)
        : this(new CancellationTokenSource(), token)
    {
    }

    private TaskGroup(CancellationTokenSource stop, CancellationToken outer)
    {
        _outer = outer;
        _stop = stop;
        Token = stop.Token;
        _byOuter = CancelScope.CancelWith(stop, outer);
    }

    private enum State
    {
        New,
        Open,
        Stopping,
        Finished,
    }

    /// <summary>
    /// Cancelled when a task or the body fails, when <see cref="Cancel"/> is called, and when the outer token or an outer scope is
    /// cancelled. Each task gets it; the body may use it too.
    /// </summary>
    public CancellationToken Token { get; }

    private bool IsCancelledFromOutside => _outer.IsCancellationRequested || _scope!.IsCancelledFromOuter;

    /// <summary>Runs an async function as a task of the group. Never blocks; other tasks of the group may call it too.</summary>
    /// <param name="work">The function, and the token that ends it early.</param>
    /// <returns>The task. It need not be awaited: the group awaits it, and throws its exception.</returns>
    /// <exception cref="ArgumentNullException">There is no function.</exception>
    /// <exception cref="InvalidOperationException">
    /// The group is not entered, is ending because of a failure or a cancellation, or has ended.
    /// </exception>
    public Task CreateTask(Func<CancellationToken, Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Start<ValueTuple>(work.AwaitAsUnit, described: work);
    }

    /// <inheritdoc cref="CreateTask(Func{CancellationToken, Task})"/>
    public Task<T> CreateTask<T>(Func<CancellationToken, Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Start(work, described: work);
    }

    /// <summary>
    /// Cancels all tasks and the body. The group then ends without an exception, unless something fails. Any thread may call it; it never
    /// blocks.
    /// </summary>
    /// <remarks>
    /// Callbacks registered on <see cref="Token"/> run in the call if it is made in an event loop, otherwise on a thread of Braid's. Python
    /// counterpart: <c>TaskGroup.cancel</c>, new in 3.15.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The group is not entered yet.</exception>
    public void Cancel()
    {
        using (_gate.Enter())
        {
            if (_state == State.New)
            {
                throw new InvalidOperationException("The task group is not entered: call Cancel inside RunAsync.");
            }

            _cancelledOnPurpose = true;
        }

        Stop();
    }

    /// <summary>Runs the body, and waits without blocking the thread until it and all tasks have ended.</summary>
    /// <param name="body">Creates the tasks; it is passed this group.</param>
    /// <returns>Done when all have ended.</returns>
    /// <exception cref="ArgumentNullException">There is no body.</exception>
    /// <exception cref="InvalidOperationException">The group was entered before: make a new one for each use.</exception>
    /// <exception cref="AggregateException">Something failed. It contains all failures, in order.</exception>
    /// <exception cref="OperationCanceledException">
    /// Nothing failed, and the outer token, an outer scope, or the body was cancelled.
    /// </exception>
    public Task RunAsync(Func<TaskGroup, Task> body)
    {
        return Watched(Run());

        async Task Run()
        {
            ArgumentNullException.ThrowIfNull(body);
            try
            {
                OperationCanceledException? cancelled = await RunToTheEnd(body);
                ThrowIf(_cancelledOnPurpose && !IsCancelledFromOutside ? null : cancelled);
            }
            catch (AggregateException exception) when (!InspectFailure(exception))
            {
                throw;
            }
        }
    }

    /// <summary>Runs a body that awaits nothing itself, and waits without blocking the thread until all tasks have ended.</summary>
    /// <inheritdoc cref="RunAsync(Func{TaskGroup, Task})"/>
    /// <exception cref="ArgumentException">
    /// The body is <c>async void</c>: the code after its first await would not belong to the group.
    /// </exception>
    public Task RunAsync(Action<TaskGroup> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Threading.AsyncVoid.Refuse(body, "Pass a body that returns a task.");
        return RunAsync(group =>
        {
            body(group);
            return Task.CompletedTask;
        });
    }

    /// <returns>The result of the body.</returns>
    /// <exception cref="OperationCanceledException">
    /// Nothing failed, and the outer token or the body was cancelled, also by <see cref="Cancel"/>: there is no result then.
    /// </exception>
    /// <inheritdoc cref="RunAsync(Func{TaskGroup, Task})"/>
    public Task<T> RunAsync<T>(Func<TaskGroup, Task<T>> body)
    {
        return Watched(Run());

        async Task<T> Run()
        {
            ArgumentNullException.ThrowIfNull(body);
            T result = default!;
            try
            {
                OperationCanceledException? cancelled = await RunToTheEnd(async group => { result = await body(group); });
                ThrowIf(cancelled);
            }
            catch (AggregateException exception) when (!InspectFailure(exception))
            {
                throw;
            }

            return result;
        }
    }

    /// <summary>The state, and how much is running.</summary>
    public override string ToString()
    {
        using Gate.Scope held = _gate.Enter();
        return $"TaskGroup, {_state.ToString().ToLowerInvariant()}, running={_running}, failures={_failures.Count}";
    }

    private static void ThrowIf(OperationCanceledException? cancelled)
    {
        if (cancelled is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cancelled);
        }
    }

    /// <summary>In an event loop, a group that fails and is never awaited is reported to the loop.</summary>
    private TTask Watched<TTask>(TTask run)
        where TTask : Task
    {
        _run ??= run;
        return run;
    }

    /// <summary>Inspects the failure in passing: rethrowing it would make it look awaited.</summary>
    private bool InspectFailure(AggregateException exception)
    {
        if (EventLoop.Current is { } loop && _run is { } run)
        {
            UnseenFailures.Add(run, "A task group", loop, exception);
        }

        return true;
    }

    /// <returns>The cancellation that ended the body, or the outer one that ended a task.</returns>
    private async Task<OperationCanceledException?> RunToTheEnd(Func<TaskGroup, Task> body)
    {
        using (_gate.Enter())
        {
            if (_state != State.New)
            {
                throw new InvalidOperationException("The task group was entered before: make a new one for each use.");
            }

            _state = State.Open;
            _running = 1;
        }

        _scope = CancelScope.Enter(_stop);
        OperationCanceledException? cancelled = null;
        try
        {
            await body(this);
        }
        catch (OperationCanceledException exception)
        {
            cancelled = exception;
            Stop();
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        End();
        await _allEnded.Task;
        _scope.End();
        _byOuter.Unregister();     // does not wait: a callback of the token may wait for the event loop
        if (_failures.Count > 0)
        {
            _scope.HideOuter();
            throw new AggregateException("Unhandled errors in a TaskGroup.", _failures);
        }

        if (cancelled is null && _someCancelled && IsCancelledFromOutside)
        {
            cancelled = new OperationCanceledException(_scope.IsCancelledFromOuter ? _scope.OuterToken : _outer);
        }

        if (cancelled is not null)
        {
            _scope.DeliverOuter();
        }

        return cancelled;
    }

    private Task<T> Start<T>(Func<CancellationToken, Task<T>> work, Delegate described)
    {
        using (_gate.Enter())
        {
            if (_state != State.Open)
            {
                throw new InvalidOperationException(_state switch
                {
                    State.New => "The task group is not entered: call CreateTask inside RunAsync.",
                    State.Stopping =>
                        "The task group is shutting down, because something in it failed or it was cancelled: it takes no more tasks.",
                    _ => "The task group has finished: it takes no more tasks.",
                });
            }

            _running++;
        }

        var outcome = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = Run(work, described, outcome);
        return outcome.Task;
    }

    private async Task Run<T>(Func<CancellationToken, Task<T>> work, Delegate described, TaskCompletionSource<T> outcome)
    {
        _scope!.EnterHere();
        await Task.Yield();
        EventLoop.Current?.Calls(described);
        try
        {
            outcome.SetResult(await work(Token));
        }
        catch (OperationCanceledException exception)
        {
            outcome.SetCanceled(exception.CancellationToken);
            using Gate.Scope held = _gate.Enter();
            _someCancelled = true;
        }
        catch (Exception exception)
        {
            outcome.SetException(exception);
            _ = outcome.Task.Exception;      // the group throws it: .NET need not report it as unobserved
            Fail(exception);
        }

        End();
    }

    private void Fail(Exception exception)
    {
        using (_gate.Enter())
        {
            _failures.Add(exception);
        }

        Stop();
    }

    private void Stop()
    {
        using (_gate.Enter())
        {
            if (_state == State.Finished)
            {
                return;
            }

            _state = State.Stopping;
            _running++;
        }

        if (EventLoop.Current is not null)
        {
            CancelAll();      // the continuations of the tasks' awaits are posted to the loop
        }
        else
        {
            CallbackThreads.Run(CancelAll);
            SpinWait.SpinUntil(() => Token.IsCancellationRequested);     // it is set before the first callback
        }
    }

    /// <summary>
    /// Cancels the token. Its callbacks run in here, and without a context so do the continuations of awaits of it: user code, which may
    /// block.
    /// </summary>
    private void CancelAll()
    {
        try
        {
            _stop.Cancel();
        }
        catch (AggregateException exception)
        {
            using Gate.Scope held = _gate.Enter();
            _failures.AddRange(exception.InnerExceptions);    // of callbacks of the token
        }

        End();
    }

    private void End()
    {
        using (_gate.Enter())
        {
            if (--_running > 0)
            {
                return;
            }

            _state = State.Finished;
        }

        _allEnded.SetResult();
    }
}
