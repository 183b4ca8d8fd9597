using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Braid.Futures;

namespace Braid.AsyncIO;

public sealed partial class EventLoop
{
    private static readonly bool s_isDebugging = Environment.GetEnvironmentVariable("BRAID_ASYNCIO_DEBUG") == "1";

    [ThreadStatic]
    private static EventLoop? t_current;

    /// <summary>The loop that the calling thread runs; null if it runs none.</summary>
    public static EventLoop? Current => t_current;

    /// <summary>The loop that the calling thread runs.</summary>
    /// <remarks>Python counterpart: <c>asyncio.get_running_loop()</c>.</remarks>
    /// <exception cref="InvalidOperationException">It runs none.</exception>
    public static EventLoop Running =>
        t_current ?? throw new InvalidOperationException("No event loop runs in this thread: the call belongs inside EventLoop.Run.");

    /// <summary>
    /// Runs an async function in an event loop of its own, on the calling thread, and blocks until everything in the loop has ended.
    /// </summary>
    /// <remarks>
    /// <para>
    /// When the function has ended, the remaining tasks of <see cref="CreateTask(Func{CancellationToken, Task}, string?, string?)"/> are
    /// cancelled by their token and waited for; so are <c>async void</c> methods and the calls of the default executor. The loop does not
    /// know of an async method that was called and never awaited: the rest of it runs on a thread of Braid's, one step at a time.
    /// </para>
    /// <para>
    /// The overloads that pass the loop to the function also let it end early: the first Ctrl-C, if the loop runs in the main thread,
    /// cancels <see cref="Token"/>; the second ends the program as usual. Python counterpart: <c>asyncio.run</c>.
    /// </para>
    /// </remarks>
    /// <param name="main">The function.</param>
    /// <param name="debug">
    /// Whether to time callbacks and report long ones; null, the default, to use the variable BRAID_ASYNCIO_DEBUG.
    /// </param>
    /// <param name="token">Cancels <see cref="Token"/>.</param>
    /// <exception cref="ArgumentNullException">There is no function.</exception>
    /// <exception cref="InvalidOperationException">The calling thread runs a loop already.</exception>
    /// <exception cref="TimeoutException">
    /// The function succeeded, but a task that was cancelled, or a call of the default executor, did not end within
    /// <see cref="ShutdownTimeout"/>; the message names it.
    /// </exception>
    /// <exception cref="Exception">The exception of the function.</exception>
    public static void Run(Func<Task> main, bool? debug = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(main);
        RunMain(_ => main(), hearsCtrlC: false, debug, token).GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="Run(Func{Task}, bool?, CancellationToken)"/>
    public static void Run(Func<EventLoop, Task> main, bool? debug = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(main);
        RunMain(main, hearsCtrlC: true, debug, token).GetAwaiter().GetResult();
    }

    /// <returns>The result of the function.</returns>
    /// <inheritdoc cref="Run(Func{Task}, bool?, CancellationToken)"/>
    public static T Run<T>(Func<Task<T>> main, bool? debug = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(main);
        return RunMain(_ => main(), hearsCtrlC: false, debug, token).GetAwaiter().GetResult();
    }

    /// <returns>The result of the function.</returns>
    /// <inheritdoc cref="Run(Func{Task}, bool?, CancellationToken)"/>
    public static T Run<T>(Func<EventLoop, Task<T>> main, bool? debug = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(main);
        return RunMain(main, hearsCtrlC: true, debug, token).GetAwaiter().GetResult();
    }

    /// <returns>The function's task, which has ended.</returns>
    private static TTask RunMain<TTask>(Func<EventLoop, TTask> main, bool hearsCtrlC, bool? debug, CancellationToken token)
        where TTask : Task
    {
        if (t_current is not null)
        {
            throw new InvalidOperationException("EventLoop.Run cannot be called inside a running event loop: await the function instead.");
        }

        using var mainStop = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var stop = new CancellationTokenSource();
        var loop = new EventLoop(debug ?? s_isDebugging, mainStop, stop);
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(loop._context);
        t_current = loop;
        try
        {
            using PosixSignalRegistration? ctrlC = hearsCtrlC && Threading.Thread.Current == Threading.Thread.Main
                ? PosixSignalRegistration.Create(PosixSignal.SIGINT, loop.OnCtrlC)
                : null;
            using var watch = new LoopWatch(loop);
            return loop.RunToTheEnd(main);
        }
        finally
        {
            loop.Close();
            t_current = null;
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private TTask RunToTheEnd<TTask>(Func<EventLoop, TTask> main)
        where TTask : Task
    {
        TTask? task = null;
        ExceptionDispatchInfo? failure = null;
        CallSoon(() =>
        {
            CancelScope.EnterOutermost(Token);
            try
            {
                task = main(this) ?? throw new InvalidOperationException("The function returned null instead of a task.");
                WakeAfter(task);
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        RunUntil(() => failure is not null || task is { IsCompleted: true }, Deadline.Never);
        string? left = ShutDown();
        UnseenFailures.ReportLeft(this);
        RunTurn();
        if (_interrupted)
        {
            _thread.Interrupt();
        }

        failure?.Throw();
        if (left is not null)
        {
            if (task!.IsCompletedSuccessfully)
            {
                throw new TimeoutException(left);
            }

            Report(left, exception: null);    // Run throws the function's own failure
        }

        return task!;
    }

    /// <summary>Runs turns until a condition is true, which is checked before each turn.</summary>
    /// <returns>False if the time was up first.</returns>
    private bool RunUntil(Func<bool> isSo, Deadline deadline)
    {
        while (!isSo())
        {
            if (deadline.HasPassed)
            {
                return false;
            }

            MoveToReady();
            if (_ready.Count == 0)
            {
                Sleep(deadline);
            }

            RunReady();
        }

        return true;
    }

    private void MoveToReady()
    {
        _ready.GiveBack();
        if (!_inbox.IsEmpty)
        {
            _inbox.MoveTo(_ready);
        }

        if (_timers.Count > 0)
        {
            _timers.MoveDueTo(_ready, Time);
        }
    }

    private void RunReady()
    {
        for (int left = _ready.Count; left > 0; left--)
        {
            RunOne(_ready.Take());
        }
    }

    private void RunOne(ReadyCall call)
    {
        _current = call;
        long began = Debug ? Stopwatch.GetTimestamp() : 0;
        try
        {
            call.Call(call.State);
        }
        catch (Exception exception)
        {
            Report($"{CallbackName.Of(_current)} failed in the event loop.", exception);
        }

        RestoreContexts();
        Volatile.Write(ref _callsRun, _callsRun + 1);   // by the loop alone; read by the watch, which only compares two reads
        if (began != 0 && Stopwatch.GetElapsedTime(began) is var took && took >= SlowCallbackDuration)
        {
            Report(
                string.Create(
                    CultureInfo.InvariantCulture, $"{CallbackName.Of(_current)} blocked the event loop for {took.TotalSeconds:0.000} s."),
                exception: null);
        }
    }

    /// <summary>Undoes the changes that a callback has made to the thread, so that the next one does not see them.</summary>
    private void RestoreContexts()
    {
        if (SynchronizationContext.Current != _context)
        {
            SynchronizationContext.SetSynchronizationContext(_context);
        }

        if (_executionContext is { } own && ExecutionContext.Capture() != own)
        {
            ExecutionContext.Restore(own);
        }
    }

    /// <summary>
    /// Runs a callback after the loop has closed, on a thread of the pool, as if it were the loop's: so the continuation of its next
    /// <c>await</c> comes to the inbox again.
    /// </summary>
    private void RunLate(ReadyCall call)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        RunOne(call);
        SynchronizationContext.SetSynchronizationContext(before);
    }

    private void Sleep(Deadline deadline)
    {
        _current = default;
        TimeSpan limit = deadline.Left;
        if (_timers.Next is { } next)
        {
            TimeSpan untilNext = next - Time;
            untilNext = untilNext < TimeSpan.Zero ? TimeSpan.Zero : untilNext;
            limit = deadline.IsNever || untilNext < limit ? untilNext : limit;
        }

        try
        {
            _inbox.Wait(limit);
        }
        catch (ThreadInterruptedException)
        {
            _interrupted = true;
            _ready.Add(new ReadyCall(static loop => ((EventLoop)loop!).CancelMain(), this));
        }
    }

    /// <summary>Cancels the remaining work, and waits for it.</summary>
    /// <returns>A sentence about what did not end in time; null if everything did.</returns>
    private string? ShutDown()
    {
        Cancel(_mainStop);
        Cancel(_stop);
        string? left = EndTasks();
        if (_defaultExecutor is { } executor)
        {
            Task ended = End(executor);
            if (!RunUntil(() => ended.IsCompleted, Deadline.After(ShutdownTimeout)))
            {
                left = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(left is null ? "" : left + " ")}The event loop has ended, but calls of its default executor go on after " +
                    $"{ShutdownTimeout.TotalSeconds:0.###} s.");
            }

            RunTurn();
            left ??= EndTasks();     // the code that awaited the calls may have created some
        }

        return left;

        // its continuation is posted to the loop, which wakes it
        static async Task End(Executor executor) => await executor.ShutdownAsync();
    }

    /// <inheritdoc cref="ShutDown" path="/returns"/>
    private string? EndTasks()
    {
        string? left = null;
        // Pairs with the full fence in CountOperation: the thread that ends the last operation wakes the loop, which then reads 0.
        if (!RunUntil(() => _tasks.Count == 0 && Volatile.Read(ref _operations) == 0, Deadline.After(ShutdownTimeout)))
        {
            string[] names =
            [
                .. _tasks.Select(static task => task.ToString()),
                .. _operations > 0 ? [$"{_operations} async void"] : Array.Empty<string>(),
            ];
            left = string.Create(
                CultureInfo.InvariantCulture,
                $"The event loop has ended, but what it cancelled goes on after {ShutdownTimeout.TotalSeconds:0.###} s: " +
                $"{string.Join(", ", names)}. A task ends when it checks the token it was given.");
        }

        RunTurn();       // runs what the last ones left, for instance the exception of an async void method, which must be reported
        return left;
    }

    private void RunTurn()
    {
        MoveToReady();
        RunReady();
    }

    private void Close()
    {
        _isRunning = false;
        _inbox.Close(_ready);
    }

    /// <summary>Makes the end of a task wake the loop, on whatever thread it happens.</summary>
    private void WakeAfter(Task task) =>
        task.ContinueWith(
            static (_, loop) => ((EventLoop)loop!).Wake(),
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

    private void OnCtrlC(PosixSignalContext context) =>
        // The first Ctrl-C cancels, whichever thread of the runtime delivers it; the second one ends the process.
        context.Cancel = Interlocked.Exchange(ref _ctrlCs, 1) == 0 && !Token.IsCancellationRequested
            && _inbox.TryAdd(new ReadyCall(static loop => ((EventLoop)loop!).CancelMain(), this));

    private void CancelMain()
    {
        if (_isRunning)
        {
            Cancel(_mainStop);
        }
    }
}
