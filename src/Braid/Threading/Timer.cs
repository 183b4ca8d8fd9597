namespace Braid.Threading;

/// <summary>A thread that waits a while and then calls a function once, unless it is cancelled first.</summary>
/// <remarks>Python counterpart: <c>threading.Timer</c>.</remarks>
public class Timer : Thread
{
    private readonly TimeSpan _interval;
    private readonly TimeProvider _timeProvider;
    private readonly Event _finished = new();
    private Action? _function;   // by exchange: null once it is called or cancelled, so that nothing it refers to is kept alive

    /// <summary>Creates a timer; the interval begins with <see cref="Thread.Start"/>.</summary>
    /// <param name="interval">How long to wait; zero or more, as long as a <see cref="TimeSpan"/> can be.</param>
    /// <param name="function">What to call. If it throws, the exception goes to <see cref="Thread.ExceptHook"/>.</param>
    /// <param name="timeProvider">The clock that measures the interval; the system's by default.</param>
    /// <exception cref="ArgumentNullException">There is no function.</exception>
    /// <exception cref="ArgumentException">The function is async void.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The interval is negative.</exception>
    public Timer(TimeSpan interval, Action function, TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(function);
        AsyncVoid.Refuse(function, "Pass a function that returns a task.");
        _interval = interval;
        _function = function;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Creates a timer for an asynchronous function; its thread ends when the function's task does.</summary>
    /// <inheritdoc cref="Timer(TimeSpan, Action, TimeProvider?)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTask)]
    public Timer(TimeSpan interval, Func<Task> function, TimeProvider? timeProvider = null)
        : this(interval, Awaiting.Of(function)!, timeProvider)
    {
    }

    /// <inheritdoc cref="Timer(TimeSpan, Func{Task}, TimeProvider?)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public Timer(TimeSpan interval, Func<ValueTask> function, TimeProvider? timeProvider = null)
        : this(interval, Awaiting.Of(function)!, timeProvider)
    {
    }

    /// <summary>Set when the timer is done: its function was called, or it was cancelled.</summary>
    public Event Finished => _finished;

    /// <summary>
    /// Stops the timer if it is still waiting, or not yet started; its thread then ends without calling the function. If the interval has
    /// just ended, the function may already be running. Never blocks.
    /// </summary>
    public void Cancel()
    {
        _finished.Set();
        Interlocked.Exchange(ref _function, null);   // either this or the exchange in Run gets the function: it is called or dropped
    }

    /// <summary>Waits, then calls the function.</summary>
    protected override void Run()
    {
        try
        {
            if (!WasCancelledInTime())
            {
                Interlocked.Exchange(ref _function, null)?.Invoke();   // pairs with the one in Cancel
            }
        }
        finally
        {
            Cancel();
        }
    }

    private bool WasCancelledInTime()
    {
        if (_timeProvider == TimeProvider.System)
        {
            return _finished.TryWait(_interval);
        }

        var due = new CancellationTokenSource();   // not disposed, because a timer that fires late still cancels it
        using var timer = new ClockTimer(_timeProvider, _interval, due.Cancel);
        timer.Start();
        try
        {
            _finished.Wait(due.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return _finished.IsSet;
        }
    }
}
