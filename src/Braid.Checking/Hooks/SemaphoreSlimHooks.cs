using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>SemaphoreSlim, as far as it blocks. The real one keeps the numbers that it was made with, and whether it is disposed.</summary>
[Hooks(typeof(SemaphoreSlim), Allowed = [".ctor"])]
internal static class SemaphoreSlimHooks
{
    public static void Wait(SemaphoreSlim self, int site) => Wait(self, Timeout.Infinite, CancellationToken.None, site);

    public static void Wait(SemaphoreSlim self, CancellationToken cancellationToken, int site) => Wait(self, Timeout.Infinite, cancellationToken, site);

    /// <remarks>This overload of .NET checks no range: below -1 it is an attempt.</remarks>
    public static bool Wait(SemaphoreSlim self, int millisecondsTimeout, int site) =>
        ControlledThread.Current is null ? self.Wait(millisecondsTimeout) : Wait(self, millisecondsTimeout < -1 ? 0 : millisecondsTimeout, CancellationToken.None, site);

    public static bool Wait(SemaphoreSlim self, TimeSpan timeout, int site) => Wait(self, timeout, CancellationToken.None, site);

    public static bool Wait(SemaphoreSlim self, TimeSpan timeout, CancellationToken cancellationToken, int site) =>
        ControlledThread.Current is { } thread ? Take(thread, self, Time.FromMilliseconds((long)timeout.TotalMilliseconds), cancellationToken, site) : self.Wait(timeout, cancellationToken);

    public static bool Wait(SemaphoreSlim self, int millisecondsTimeout, CancellationToken cancellationToken, int site) =>
        ControlledThread.Current is { } thread ? Take(thread, self, Time.FromMilliseconds(millisecondsTimeout), cancellationToken, site) : self.Wait(millisecondsTimeout, cancellationToken);

    public static int Release(SemaphoreSlim self, int site) => Release(self, 1, site);

    public static int Release(SemaphoreSlim self, int releaseCount, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return self.Release(releaseCount);
        }

        if (thread.Execution.Ending)
        {
            return 0;
        }

        SemaphoreResource semaphore = Of(thread, self);
        thread.StepGive(semaphore, site, othersCanTake: semaphore.Count > 0);
        CheckDispose(self);
        ArgumentOutOfRangeException.ThrowIfLessThan(releaseCount, 1);
        return semaphore.GiveBy(thread, releaseCount);
    }

    public static int get_CurrentCount(SemaphoreSlim self, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return self.CurrentCount;
        }

        SemaphoreResource semaphore = Of(thread, self);
        thread.StepAttempt(OperationKind.Read, semaphore, site);
        return semaphore.Count;
    }

    public static void Dispose(SemaphoreSlim self, int site)
    {
        Disposal.Step(self, site);
        self.Dispose();
    }

    internal static SemaphoreResource Of(ControlledThread thread, SemaphoreSlim self) =>
        thread.Execution.Resources.Get(self ?? throw new NullReferenceException(), thread.Execution, static made => new SemaphoreResource(made.CurrentCount, MaximumOf(made)));

    private static bool Take(ControlledThread thread, SemaphoreSlim self, long timeout, CancellationToken token, int site)
    {
        SemaphoreResource semaphore = Of(thread, self);
        thread.StepLook(semaphore, site, token.CanBeCanceled);
        CheckDispose(self);
        token.ThrowIfCancellationRequested();
        bool taken = timeout == 0
            ? thread.TryTake(semaphore, OperationKind.Take, OperationKind.TryTake, 0, site)
            : thread.AwaitOrThrow(OperationKind.Take, semaphore, site, timeout, token) || semaphore.Count > 0;
        if (taken)
        {
            semaphore.TakeBy(thread);
        }

        return taken;
    }

    /// <summary>Throws if it is disposed.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern void CheckDispose(SemaphoreSlim self);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_maxCount")]
    private static extern ref readonly int MaximumField(SemaphoreSlim self);

    private static int MaximumOf(SemaphoreSlim self) => MaximumField(self);
}
