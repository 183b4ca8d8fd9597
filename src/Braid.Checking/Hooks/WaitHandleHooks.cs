using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>WaitHandle: waits for events, mutexes and semaphores, in any combination.</summary>
[Hooks(typeof(WaitHandle))]
internal static class WaitHandleHooks
{
    private const int MostHandles = 64;

    public static bool WaitOne(
        WaitHandle self, [Default(Timeout.Infinite)] Limit timeout, [Default] bool exitContext, ControlledThread thread, int site)
    {
        long ticks = timeout.Ticks;
        return KernelWaits.WaitOne(thread, KernelWaits.Of(thread, self, site), self, ticks, site);
    }

    public static bool WaitAll(
        WaitHandle[] waitHandles, [Default(Timeout.Infinite)] Limit timeout, [Default] bool exitContext, ControlledThread thread,
        int site) =>
        WaitMany(thread, waitHandles, all: true, timeout, site) != WaitHandle.WaitTimeout;

    public static int WaitAny(
        WaitHandle[] waitHandles, [Default(Timeout.Infinite)] Limit timeout, [Default] bool exitContext, ControlledThread thread,
        int site) =>
        WaitMany(thread, waitHandles, all: false, timeout, site);

    /// <remarks>Two steps, as on most systems: other threads may come in between.</remarks>
    public static bool SignalAndWait(
        WaitHandle toSignal, WaitHandle toWaitOn, [Default(Timeout.Infinite)] Limit timeout, [Default] bool exitContext,
        ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(toSignal);
        ArgumentNullException.ThrowIfNull(toWaitOn);
        long ticks = timeout.Ticks;
        KernelObject signalled = KernelWaits.Of(thread, toSignal, site);
        KernelObject awaited = KernelWaits.Of(thread, toWaitOn, site);
        thread.Step(OperationKind.Signal, signalled, site);
        KernelWaits.RequireOpen(toSignal);
        signalled.SignalBy(thread, site);
        return KernelWaits.WaitOne(thread, awaited, toWaitOn, ticks, site);
    }

    public static void Close(WaitHandle self, ControlledThread thread, int site) => Dispose(self, thread, site);

    public static void Dispose(WaitHandle self, ControlledThread thread, int site)
    {
        Disposal.Step(thread, self, site);
        self.Dispose();
    }

    private static int WaitMany(ControlledThread thread, WaitHandle[] handles, bool all, Limit limit, int site)
    {
        ArgumentNullException.ThrowIfNull(handles, "waitHandles");
        if (handles.Length == 0)
        {
            throw new ArgumentException("Waithandle array may not be empty.", nameof(handles));
        }

        if (handles.Length > MostHandles)
        {
            throw new NotSupportedException("The number of WaitHandles must be less than or equal to 64.");
        }

        long timeout = limit.Ticks;
        KernelObject[] targets = Array.ConvertAll(handles, handle => KernelWaits.Of(
            thread,
            handle ?? throw new ArgumentNullException(nameof(handles), "At least one element in the specified array was null."),
            site));
        if (all && targets.Distinct().Count() != targets.Length)
        {
            throw new DuplicateWaitObjectException(nameof(handles));
        }

        if (KernelWaits.Wait(thread, targets, handles, all, timeout, site) is not { } wait)
        {
            return WaitHandle.WaitTimeout;
        }

        return wait.Abandoned >= 0 ? throw new AbandonedMutexException(wait.Abandoned, handles[wait.Abandoned]) : wait.Index;
    }
}
