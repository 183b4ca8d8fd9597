using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>A waiter for a permit of a semaphore that does not block a thread.</summary>
/// <remarks>
/// As in .NET: a wait that only a permit can end is a task of its own. A wait with a token or a time limit is an async method of .NET,
/// whose outcome is decided when the method resumes: it takes a permit that was granted by then, even though the token was cancelled
/// before. A permit, and a cancellation without a time limit, resume the method on a thread of the pool; a time limit resumes it on its
/// timer, and a cancellation then resumes it at once too.
/// </remarks>
internal sealed class AsyncPermit(SemaphoreResource semaphore, int site)
{
    private readonly TaskCompletionSource<bool> _end = new();
    private VectorClock? _permit;
    private bool _isPlain;
    private CancellationTokenRegistration _registration;
    private DueThread? _limit;
    private bool _isResuming;       // its async method is queued or has resumed

    public Task<bool> Task => _end.Task;

    /// <summary>Starts the wait.</summary>
    public static Task<bool> Wait(ControlledThread thread, SemaphoreResource semaphore, long timeout, CancellationToken token, int site)
    {
        var waiter = new AsyncPermit(semaphore, site) { _isPlain = timeout == Time.Infinite && !token.CanBeCanceled };
        TaskResource.Track(thread, waiter.Task, site, isAsynchronous: waiter._isPlain);
        semaphore.Add(waiter);
        if (timeout != Time.Infinite)
        {
            waiter._limit = DueThread.Start(thread, timeout, _ => waiter.Resume(ControlledThread.Current!, token), site, "timer");
        }

        if (token.CanBeCanceled)
        {
            waiter._registration = token.UnsafeRegister(_ => waiter.OnCancelled(token), null);
        }

        return waiter.Task;
    }

    /// <summary>Called when the thread has granted a permit and removed the waiter from the semaphore's list.</summary>
    /// <param name="thread">The thread that releases the semaphore.</param>
    /// <param name="permit">The clock that the permit carries.</param>
    public void Grant(ControlledThread thread, VectorClock? permit)
    {
        _permit = permit;
        if (_isPlain)
        {
            Complete(thread, static end => end.TrySetResult(true));
        }
        else if (!_isResuming)
        {
            _isResuming = true;
            ThreadPoolHooks.Queue(thread, null, () => Resume(ControlledThread.Current!, CancellationToken.None), site);
        }
    }

    private void OnCancelled(CancellationToken token)
    {
        if (ControlledThread.Current is not { Execution.Ending: false } thread || _isResuming)
        {
            return;
        }

        if (_limit is not null)
        {
            Resume(thread, token);
        }
        else
        {
            _isResuming = true;
            ThreadPoolHooks.Queue(thread, null, () => Resume(ControlledThread.Current!, token), site);
        }
    }

    private void Resume(ControlledThread thread, CancellationToken token)
    {
        if (_end.Task.IsCompleted)
        {
            return;
        }

        _isResuming = true;
        _limit?.Withdraw();
        _limit = null;
        _registration.Unregister();
        bool isWaiting = semaphore.Remove(this);
        thread.RecordOnly(OperationKind.Update, semaphore, site);
        Complete(thread, end =>
            !isWaiting ? end.TrySetResult(true)
            : token.IsCancellationRequested ? end.TrySetCanceled(token)
            : end.TrySetResult(false));
    }

    private void Complete(ControlledThread thread, Func<TaskCompletionSource<bool>, bool> complete)
    {
        TaskResource.Find(thread, Task)!.CompleteWithin(thread, () => complete(_end), _permit);
    }
}
