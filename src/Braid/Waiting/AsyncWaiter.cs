using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace Braid.Waiting;

/// <summary>
/// A suspended await. It comes from a pool and returns there when its result is read, so waiting allocates nothing once warm.
/// </summary>
/// <remarks>
/// <see cref="Continuation"/> describes where its continuation runs. The token and the timeout are armed before it is enqueued and
/// disarmed, before it is completed, by the thread that settled it; one that is settled while it is being armed is disarmed by the thread
/// that arms it. When the result can be read nothing else refers to it, which makes the reuse safe.
/// </remarks>
internal abstract class AsyncWaiter : Waiter, ITimed
{
    private Continuation _continuation;
    private CancellationTokenRegistration _registration;   // written by Arm, then read by the thread that disarms it
    private CancellationToken _token;                      // written by Arm
    private WaitQueue? _target;                            // written by Arm: through it, timeout and cancellation find the gate
    private bool _isArmed;                                 // guarded by the queue's gate until the wait is settled

    protected short Version => _continuation.Version;

    /// <inheritdoc/>
    public int TimeoutIndex { get; set; } = ITimed.NotSet;

    /// <summary>When its time is up; never if it is not armed.</summary>
    public Deadline Deadline { get; private set; } = Deadline.Never;

    /// <summary>Makes the token and the timeout end the wait. Call it before the waiter is enqueued, outside all gates.</summary>
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
            TimeoutThread.Set(this);
        }
    }

    /// <summary>
    /// From now on the thread that settles it disarms it. Under the queue's gate: a thread that settled it before does not read the
    /// registration.
    /// </summary>
    internal void OnArmedUnderGate() => _isArmed = true;

    /// <summary>Ends the wait for a given reason, unless it is settled already.</summary>
    internal virtual void GiveUp(WaitState reason) => _target!.GiveUp(this, reason);

    /// <summary>Undoes <see cref="Arm"/>. Outside all gates: it waits for a running callback.</summary>
    internal void Disarm()
    {
        UninterruptibleMonitor.Dispose(_registration);
        if (!Deadline.IsNever)
        {
            TimeoutThread.Remove(this);
        }
    }

    void ITimed.OnTimeUp() => GiveUp(WaitState.TimedOut);

    internal override void Wake()
    {
        if (_isArmed)
        {
            Disarm();
        }

        _continuation.Complete();
    }

    public ValueTaskSourceStatus GetStatus(short token)
    {
        _continuation.ThrowUnlessCurrent(token);
        return !_continuation.IsCompleted ? ValueTaskSourceStatus.Pending
            : State == WaitState.Cancelled ? ValueTaskSourceStatus.Canceled
            : State != WaitState.Refused ? ValueTaskSourceStatus.Succeeded
            : Failure is OperationCanceledException ? ValueTaskSourceStatus.Canceled : ValueTaskSourceStatus.Faulted;
    }

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _continuation.OnCompleted(continuation, state, token, flags);

    /// <summary>Reads whether it was granted and returns the waiter to the pool. A second read throws, as for any value task.</summary>
    protected bool Finish(short token)
    {
        _continuation.ThrowUnlessReadable(token);
        WaitState state = State;
        Exception? failure = Failure;
        CancellationToken cancelled = _token;
        Reset();
        Recycle();
        if (state == WaitState.Cancelled)
        {
            throw new OperationCanceledException(cancelled);
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return state == WaitState.Granted;
    }

    /// <summary>Returns it to the pool. Nothing else refers to it any more.</summary>
    protected abstract void Recycle();

    private void Reset()
    {
        State = WaitState.Waiting;
        Failure = null;
        Ticket = NoTicket;
        _target = null;
        _token = default;
        _registration = default;
        _isArmed = false;
        Deadline = Deadline.Never;
        _continuation.Reset();
    }
}
