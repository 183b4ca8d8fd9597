using Braid.Futures;

namespace Braid.AsyncIO;

public sealed partial class EventLoop
{
    /// <summary>
    /// Runs an async function as a task of the loop, starting in the next turn. When the main function has ended, the task is cancelled by
    /// its token and waited for. Never blocks.
    /// </summary>
    /// <remarks>
    /// A task that fails reports to the code that awaits it, like any other; if none does, <see cref="ExceptionHandler"/> is called when
    /// the task is collected or at the end of the loop. Tasks that belong together are better created in a <see cref="TaskGroup"/>. Python
    /// counterpart: <c>asyncio.create_task</c>; instead of <c>task.cancel()</c>, cancel a token of your own.
    /// </remarks>
    /// <param name="work">The function. Its token is cancelled when the main function has ended.</param>
    /// <param name="name">The task's name in messages; null, the default, for Task-1, Task-2 and so on.</param>
    /// <param name="expression">Filled in by the compiler: the function's text, for messages.</param>
    /// <returns>The task.</returns>
    /// <exception cref="ArgumentNullException">There is no function.</exception>
    /// <exception cref="InvalidOperationException">The calling thread is not the loop's.</exception>
    public Task CreateTask(
        Func<CancellationToken, Task> work, string? name = null, [CallerArgumentExpression(nameof(work))] string? expression = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        LoopTask task = NewTask(name, expression);
        task.Task = Run(task, work, described: work);
        return task.Task;
    }

    /// <inheritdoc cref="CreateTask(Func{CancellationToken, Task}, string?, string?)"/>
    public Task<T> CreateTask<T>(
        Func<CancellationToken, Task<T>> work, string? name = null, [CallerArgumentExpression(nameof(work))] string? expression = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        LoopTask task = NewTask(name, expression);
        Task<T> run = Run(task, work, described: work);
        task.Task = run;
        return run;
    }

    /// <summary>Runs an async function as a task of the loop, called on any thread. Never blocks.</summary>
    /// <remarks>Python counterpart: <c>asyncio.run_coroutine_threadsafe</c>.</remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="work">
    /// The function; it runs with the caller's execution context. Its token is cancelled when the future is, and when the main function has
    /// ended.
    /// </param>
    /// <returns>The outcome. Blocking on it in the loop's own thread throws, since the outcome would never come.</returns>
    /// <exception cref="ArgumentNullException">There is no function.</exception>
    /// <exception cref="InvalidOperationException">The loop has closed.</exception>
    public Future<T> RunCoroutineThreadsafe<T>(Func<CancellationToken, Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return RunThreadsafe(work, described: work);
    }

    /// <inheritdoc cref="RunCoroutineThreadsafe{T}(Func{CancellationToken, Task{T}})"/>
    public Future RunCoroutineThreadsafe(Func<CancellationToken, Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return RunThreadsafe<ValueTuple>(work.AwaitAsUnit, described: work);
    }

    /// <summary>Runs a blocking call in the <see cref="DefaultExecutor"/>, so that the loop continues meanwhile.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="function">What to call.</param>
    /// <param name="token">Cancels the call while it has not begun.</param>
    /// <returns>The outcome; the continuation of an await of it returns to the loop.</returns>
    /// <exception cref="ArgumentNullException">There is no function.</exception>
    /// <exception cref="InvalidOperationException">The calling thread is not the loop's.</exception>
    public Task<T> RunInExecutor<T>(Func<T> function, CancellationToken token = default) => RunInExecutor(DefaultExecutor, function, token);

    /// <inheritdoc cref="RunInExecutor{T}(Func{T}, CancellationToken)"/>
    public Task RunInExecutor(Action function, CancellationToken token = default) => RunInExecutor(DefaultExecutor, function, token);

    /// <summary>Runs a call in an executor, of threads or of processes, so that the loop continues meanwhile.</summary>
    /// <param name="executor">The executor, which the caller owns: the loop does not shut it down.</param>
    /// <param name="function">What to call.</param>
    /// <param name="token">Cancels the call while it has not begun; in a process, even while it runs.</param>
    /// <inheritdoc cref="RunInExecutor{T}(Func{T}, CancellationToken)"/>
    /// <exception cref="ArgumentNullException">There is no executor, or no function.</exception>
    /// <exception cref="InvalidOperationException">The calling thread is not the loop's, or the executor is shut down.</exception>
    public Task<T> RunInExecutor<T>(Executor executor, Func<T> function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(executor);
        Threading.AsyncVoid.RefuseTask<T>();
        ThrowIfElsewhere(nameof(RunInExecutor));
        return executor.Submit(function, token).AsTask();
    }

    /// <inheritdoc cref="RunInExecutor{T}(Executor, Func{T}, CancellationToken)"/>
    /// <exception cref="ArgumentException">The function is <c>async void</c>: its end, and its exception, would be lost.</exception>
    public Task RunInExecutor(Executor executor, Action function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(executor);
        ThrowIfElsewhere(nameof(RunInExecutor));
        return executor.Submit(function, token).AsTask();
    }

    /// <summary>
    /// Runs an asynchronous call in <see cref="DefaultExecutor"/>, where it occupies a thread until its task ends; the code after its
    /// awaits runs on .NET's pool, not there. Work that only awaits belongs into
    /// <see cref="CreateTask{T}(Func{CancellationToken, Task{T}}, string?, string?)"/>.
    /// </summary>
    /// <inheritdoc cref="RunInExecutor{T}(Func{T}, CancellationToken)"/>
    [OverloadResolutionPriority(Threading.Awaiting.ReturnsTaskOfResult)]
    public Task<T> RunInExecutor<T>(Func<Task<T>> function, CancellationToken token = default) =>
        RunInExecutor(DefaultExecutor, function, token);

    /// <inheritdoc cref="RunInExecutor{T}(Func{Task{T}}, CancellationToken)"/>
    [OverloadResolutionPriority(Threading.Awaiting.ReturnsTask)]
    public Task RunInExecutor(Func<Task> function, CancellationToken token = default) => RunInExecutor(DefaultExecutor, function, token);

    /// <summary>Runs an asynchronous call in an executor, where it occupies a worker until its task ends.</summary>
    /// <inheritdoc cref="RunInExecutor{T}(Executor, Func{T}, CancellationToken)"/>
    [OverloadResolutionPriority(Threading.Awaiting.ReturnsTaskOfResult)]
    public Task<T> RunInExecutor<T>(Executor executor, Func<Task<T>> function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(executor);
        ThrowIfElsewhere(nameof(RunInExecutor));
        return executor.Submit(function, token).AsTask();
    }

    /// <inheritdoc cref="RunInExecutor{T}(Executor, Func{Task{T}}, CancellationToken)"/>
    [OverloadResolutionPriority(Threading.Awaiting.ReturnsTask)]
    public Task RunInExecutor(Executor executor, Func<Task> function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(executor);
        ThrowIfElsewhere(nameof(RunInExecutor));
        return executor.Submit(function, token).AsTask();
    }

    /// <summary>Runs work that a <see cref="CoroutineCall{T}"/> ends.</summary>
    internal void CreateTask(Func<CancellationToken, Task> work, Delegate described) =>
        _ = Run(NewTask(name: null, expression: CallbackName.Of(described)), work, described);

    /// <summary>Records what the running callback is about to call, for messages.</summary>
    internal void Calls(Delegate work) => _current = new ReadyCall(Handle.Run, work);

    private CoroutineCall<T> RunThreadsafe<T>(Func<CancellationToken, Task<T>> work, Delegate described)
    {
        var call = new CoroutineCall<T>(this, work, described);
        return _inbox.TryAdd(new ReadyCall(Handle.Run, new Handle(call.Start))) ? call : throw Closed();
    }

    private LoopTask NewTask(string? name, string? expression)
    {
        ThrowIfElsewhere(nameof(CreateTask));
        return new LoopTask(name ?? $"Task-{++_tasksMade}", expression);
    }

    private async Task Run(LoopTask task, Func<CancellationToken, Task> work, Delegate described)
    {
        LinkedListNode<LoopTask> entry = _tasks.AddLast(task);
        CancelScope.EnterOutermost(_stopToken);
        try
        {
            await Task.Yield();
            Calls(described);
            await work(_stopToken);
        }
        catch (Exception exception) when (!InspectFailure(task, exception))
        {
            throw;
        }
        finally
        {
            _tasks.Remove(entry);
        }
    }

    private async Task<T> Run<T>(LoopTask task, Func<CancellationToken, Task<T>> work, Delegate described)
    {
        LinkedListNode<LoopTask> entry = _tasks.AddLast(task);
        CancelScope.EnterOutermost(_stopToken);
        try
        {
            await Task.Yield();
            Calls(described);
            return await work(_stopToken);
        }
        catch (Exception exception) when (!InspectFailure(task, exception))
        {
            throw;
        }
        finally
        {
            _tasks.Remove(entry);
        }
    }

    /// <summary>
    /// Makes sure that the failure of a task is reported, to the code that awaits it or to the loop. It is only inspected in passing:
    /// rethrowing it would make it look awaited.
    /// </summary>
    private bool InspectFailure(LoopTask task, Exception exception)
    {
        if (exception is not OperationCanceledException)
        {
            if (_stopToken.IsCancellationRequested)
            {
                // The main function has ended: perhaps no one is left to observe it
                Report($"The task {task} failed while the event loop cancelled it.", exception);
            }
            else if (task.Task is { } failed)
            {
                UnseenFailures.Add(failed, $"The task {task}", this, exception);
            }
        }

        return true;
    }
}
