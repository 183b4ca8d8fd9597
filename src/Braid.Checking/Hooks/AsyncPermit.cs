using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>One who waits for a permit of a semaphore without holding a thread up.</summary>
/// <remarks>
/// As in .NET: one that nothing but a permit can end is a task of its own. With a token or a time limit it is an async method of .NET's, whose end is decided when that goes on: a permit that was given by then
/// is taken, though the token was cancelled before. A permit, and a cancellation without a time limit, let it go on on a thread of the pool; a time limit on its timer, and then a cancellation too at once.
/// </remarks>
internal sealed class AsyncPermit(SemaphoreResource semaphore, int site)
{
    private readonly TaskCompletionSource<bool> _end = new();
    private VectorClock? _permit;
    private bool _isPlain;
    private CancellationTokenRegistration _registration;
    private DueThread? _limit;
    private bool _isGoingOn;        // Its async method is queued or has gone on.

    public Task<bool> Task => _end.Task;

    /// <summary>Begins to wait.</summary>
    public static Task<bool> Wait(ControlledThread thread, SemaphoreResource semaphore, long timeout, CancellationToken token, int site)
    {
        var waiter = new AsyncPermit(semaphore, site) { _isPlain = timeout == Time.Infinite && !token.CanBeCanceled };
        TaskResource.Made(thread, waiter.Task, site, isAsynchronous: waiter._isPlain);
        semaphore.Add(waiter);
        if (timeout != Time.Infinite)
        {
            waiter._limit = DueThread.Start(thread, timeout, _ => waiter.GoOn(ControlledThread.Current!, token), site, "timer");
        }

        if (token.CanBeCanceled)
        {
            waiter._registration = token.UnsafeRegister(_ => waiter.Cancelled(token), null);
        }

        return waiter.Task;
    }

    /// <summary>The thread has given it a permit, and it is no longer among those who wait.</summary>
    /// <param name="thread">Who gives.</param>
    /// <param name="permit">What the permit tells.</param>
    public void Grant(ControlledThread thread, VectorClock? permit)
    {
        _permit = permit;
        if (_isPlain)
        {
            Complete(thread, static end => end.TrySetResult(true));
        }
        else if (!_isGoingOn)
        {
            _isGoingOn = true;
            ThreadPoolHooks.Queue(thread, null, () => GoOn(ControlledThread.Current!, CancellationToken.None), site);
        }
    }

    private void Cancelled(CancellationToken token)
    {
        if (ControlledThread.Current is not { Execution.Ending: false } thread || _isGoingOn)
        {
            return;
        }

        if (_limit is not null)
        {
            GoOn(thread, token);
        }
        else
        {
            _isGoingOn = true;
            ThreadPoolHooks.Queue(thread, null, () => GoOn(ControlledThread.Current!, token), site);
        }
    }

    private void GoOn(ControlledThread thread, CancellationToken token)
    {
        if (_end.Task.IsCompleted)
        {
            return;
        }

        _isGoingOn = true;
        _limit?.Withdraw();
        _limit = null;
        _registration.Unregister();
        bool isWaiting = semaphore.Remove(this);
        thread.Did(OperationKind.Update, semaphore, site);
        Complete(thread, end => !isWaiting ? end.TrySetResult(true) : token.IsCancellationRequested ? end.TrySetCanceled(token) : end.TrySetResult(false));
    }

    private void Complete(ControlledThread thread, Func<TaskCompletionSource<bool>, bool> complete)
    {
        TaskResource.Find(thread, Task)!.CompleteWithin(thread, () => complete(_end), _permit);
    }
}
