using System.Threading.Tasks.Sources;

namespace Braid.Waiting;

/// <summary>A suspended await. It comes from a pool and goes back when its result is read, so waiting allocates nothing once warm.</summary>
/// <remarks>
/// Its continuation never runs on the thread that wakes it: it is posted to the context captured by the await, else queued to the thread pool.
/// The token and the alarm are armed before it is enqueued and disarmed by whoever settled it before its result is set; when the result
/// can be read nobody else holds it any more, which is what makes the reuse safe.
/// </remarks>
internal abstract class AsyncWaiter : Waiter
{
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;   // written by Arm, then read by whoever settled
    private CancellationToken _token;                      // written by Arm
    private WaitQueue? _target;                            // written by Arm: where its timeout and cancellation find the gate

    protected short Version => _core.Version;

    /// <summary>Its place among the alarm's entries, or -1. Guarded by the alarm's lock.</summary>
    internal int AlarmIndex { get; set; } = -1;

    /// <summary>When its time is up; never, unless it is armed.</summary>
    internal Deadline Deadline { get; private set; } = Deadline.Never;

    /// <summary>Makes the token and the timeout end the wait. Before the waiter is enqueued, outside every gate.</summary>
    internal void Arm(WaitQueue target, TimeSpan timeout, CancellationToken token)
    {
        _target = target;
        _token = token;
        Deadline = Deadline.After(timeout);
        if (token.CanBeCanceled)
        {
            _registration = token.UnsafeRegister(static waiter => ((AsyncWaiter)waiter!).GiveUp(WaitState.Cancelled), this);
        }

        if (!Deadline.IsNever)
        {
            Alarm.Set(this);
        }
    }

    /// <summary>Ends the wait for a reason of its own, unless it is settled already.</summary>
    internal virtual void GiveUp(WaitState reason) => _target!.GiveUp(this, reason);

    /// <summary>Takes back what <see cref="Arm"/> did. Outside every gate: it waits for a callback that is running.</summary>
    internal void Disarm()
    {
        Sleeper.Dispose(_registration);
        if (!Deadline.IsNever)
        {
            Alarm.Remove(this);
        }
    }

    internal override void Wake()
    {
        Disarm();
        switch (State)
        {
            case WaitState.Refused:
                _core.SetException(Failure!);
                break;
            case WaitState.Cancelled:
                _core.SetException(new OperationCanceledException(_token));
                break;
            default:
                _core.SetResult(State == WaitState.Granted);
                break;
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>Reads whether it was granted and gives the waiter back. A second reading is refused, as for any value task.</summary>
    protected bool Finish(short token)
    {
        bool isSettled = token == _core.Version && _core.GetStatus(token) != ValueTaskSourceStatus.Pending;
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            if (isSettled)
            {
                Reset();
                Recycle();
            }
        }
    }

    /// <summary>Back to the pool. Nobody else knows it any more.</summary>
    protected abstract void Recycle();

    private void Reset()
    {
        State = WaitState.Waiting;
        Failure = null;
        Ticket = NoTicket;
        _target = null;
        _token = default;
        _registration = default;
        Deadline = Deadline.Never;
        _core.Reset();
    }
}
