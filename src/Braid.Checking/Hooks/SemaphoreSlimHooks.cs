using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>SemaphoreSlim. The real object keeps its initial and maximum counts, and whether it is disposed.</summary>
[Hooks(typeof(SemaphoreSlim), Allowed = [".ctor"])]
internal static class SemaphoreSlimHooks
{
    /// <remarks>This overload of .NET does not check the range: values below -1 make it an attempt.</remarks>
    public static bool Wait(SemaphoreSlim self, int millisecondsTimeout, ControlledThread thread, int site) =>
        Wait(self, Delay.From(millisecondsTimeout < -1 ? 0 : millisecondsTimeout), CancellationToken.None, thread, site);

    public static bool Wait(
        SemaphoreSlim self, [Default(Timeout.Infinite)] Delay timeout, [Default] CancellationToken cancellationToken,
        ControlledThread thread, int site)
    {
        long ticks = timeout.Ticks;
        SemaphoreResource semaphore = Of(thread, self);
        thread.StepCheck(semaphore, site, cancellationToken.CanBeCanceled);
        CheckDispose(self);
        cancellationToken.ThrowIfCancellationRequested();
        if (semaphore.HasAsyncWaiters)
        {
            // The thread queues behind them.
            Task<bool> wait = WaitAsync(thread, semaphore, ticks, cancellationToken, site);
            TaskHooks.Await(thread, wait, site);
            return wait.GetAwaiter().GetResult();
        }

        bool taken = ticks == 0
            ? thread.TryTake(semaphore, OperationKind.Take, OperationKind.TryTake, 0, site)
            : thread.AwaitOrThrow(OperationKind.Take, semaphore, site, ticks, cancellationToken) || semaphore.Count > 0;
        if (taken)
        {
            semaphore.TakeBy(thread);
        }

        return taken;
    }

    public static Task<bool> WaitAsync(
        SemaphoreSlim self, [Default(Timeout.Infinite)] Limit timeout, [Default] CancellationToken cancellationToken,
        ControlledThread thread, int site)
    {
        SemaphoreResource semaphore = Of(thread, self);
        CheckDispose(self);
        return WaitAsync(thread, semaphore, timeout.Ticks, cancellationToken, site);
    }

    public static int Release(SemaphoreSlim self, [Default(1)] int releaseCount, ControlledThread thread, int site)
    {
        if (thread.Execution.Ending)
        {
            return 0;
        }

        SemaphoreResource semaphore = Of(thread, self);
        thread.StepGive(semaphore, site, othersCanTake: semaphore.Count > 0);
        CheckDispose(self);
        ArgumentOutOfRangeException.ThrowIfLessThan(releaseCount, 1);
        int before = semaphore.GiveBy(thread, releaseCount);
        TaskResource.Drain(thread);
        return before;
    }

    public static int get_CurrentCount(SemaphoreSlim self, ControlledThread thread, int site)
    {
        SemaphoreResource semaphore = Of(thread, self);
        thread.StepAttempt(OperationKind.Read, semaphore, site);
        return semaphore.Count;
    }

    public static void Dispose(SemaphoreSlim self, ControlledThread thread, int site)
    {
        Disposal.Step(thread, self, site);
        self.Dispose();
        Of(thread, self).Forget();
    }

    internal static SemaphoreResource Of(ControlledThread thread, SemaphoreSlim self) =>
        thread.Execution.Resources.Get(
            self ?? throw new NullReferenceException(),
            thread.Execution,
            static made => new SemaphoreResource(made.CurrentCount, MaximumOf(made)));

    private static Task<bool> WaitAsync(
        ControlledThread thread, SemaphoreResource semaphore, long timeout, CancellationToken token, int site)
    {
        if (token.IsCancellationRequested)
        {
            return Task.FromCanceled<bool>(token);
        }

        thread.StepAttempt(OperationKind.TryTake, semaphore, site);
        if (semaphore.Count > 0)
        {
            semaphore.TakeBy(thread);
            return Task.FromResult(true);
        }

        return timeout == 0 ? Task.FromResult(false) : AsyncPermit.Wait(thread, semaphore, timeout, token, site);
    }

    /// <summary>Throws if the semaphore is disposed.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern void CheckDispose(SemaphoreSlim self);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_maxCount")]
    private static extern ref readonly int MaximumField(SemaphoreSlim self);

    private static int MaximumOf(SemaphoreSlim self) => MaximumField(self);
}
