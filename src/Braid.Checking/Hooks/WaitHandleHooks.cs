using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>WaitHandle: waits for events, mutexes and semaphores, in any mixture.</summary>
[Hooks(typeof(WaitHandle))]
internal static class WaitHandleHooks
{
    private const int MostHandles = 64;

    public static bool WaitOne(WaitHandle self, int site) => WaitOne(self, Timeout.Infinite, site);

    public static bool WaitOne(WaitHandle self, int millisecondsTimeout, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return self.WaitOne(millisecondsTimeout);
        }

        long timeout = Time.FromMilliseconds(millisecondsTimeout);
        return KernelWaits.WaitOne(thread, KernelWaits.Of(thread, self, site), self, timeout, site);
    }

    public static bool WaitOne(WaitHandle self, TimeSpan timeout, int site) => WaitOne(self, Milliseconds(timeout), site);

    public static bool WaitOne(WaitHandle self, int millisecondsTimeout, bool exitContext, int site) => WaitOne(self, millisecondsTimeout, site);

    public static bool WaitOne(WaitHandle self, TimeSpan timeout, bool exitContext, int site) => WaitOne(self, timeout, site);

    public static bool WaitAll(WaitHandle[] waitHandles, int site) => WaitAll(waitHandles, Timeout.Infinite, site);

    public static bool WaitAll(WaitHandle[] waitHandles, int millisecondsTimeout, int site) =>
        ControlledThread.Current is { } thread ? WaitMany(thread, waitHandles, all: true, millisecondsTimeout, site) != WaitHandle.WaitTimeout : WaitHandle.WaitAll(waitHandles, millisecondsTimeout);

    public static bool WaitAll(WaitHandle[] waitHandles, TimeSpan timeout, int site) => WaitAll(waitHandles, Milliseconds(timeout), site);

    public static bool WaitAll(WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext, int site) => WaitAll(waitHandles, millisecondsTimeout, site);

    public static bool WaitAll(WaitHandle[] waitHandles, TimeSpan timeout, bool exitContext, int site) => WaitAll(waitHandles, timeout, site);

    public static int WaitAny(WaitHandle[] waitHandles, int site) => WaitAny(waitHandles, Timeout.Infinite, site);

    public static int WaitAny(WaitHandle[] waitHandles, int millisecondsTimeout, int site) =>
        ControlledThread.Current is { } thread ? WaitMany(thread, waitHandles, all: false, millisecondsTimeout, site) : WaitHandle.WaitAny(waitHandles, millisecondsTimeout);

    public static int WaitAny(WaitHandle[] waitHandles, TimeSpan timeout, int site) => WaitAny(waitHandles, Milliseconds(timeout), site);

    public static int WaitAny(WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext, int site) => WaitAny(waitHandles, millisecondsTimeout, site);

    public static int WaitAny(WaitHandle[] waitHandles, TimeSpan timeout, bool exitContext, int site) => WaitAny(waitHandles, timeout, site);

    public static bool SignalAndWait(WaitHandle toSignal, WaitHandle toWaitOn, int site) => SignalAndWait(toSignal, toWaitOn, Timeout.Infinite, exitContext: false, site);

    public static bool SignalAndWait(WaitHandle toSignal, WaitHandle toWaitOn, TimeSpan timeout, bool exitContext, int site) =>
        SignalAndWait(toSignal, toWaitOn, Milliseconds(timeout), exitContext, site);

    /// <remarks>Two steps, as on most systems: others may come in between.</remarks>
    public static bool SignalAndWait(WaitHandle toSignal, WaitHandle toWaitOn, int millisecondsTimeout, bool exitContext, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return WaitHandle.SignalAndWait(toSignal, toWaitOn, millisecondsTimeout, exitContext);
        }

        ArgumentNullException.ThrowIfNull(toSignal);
        ArgumentNullException.ThrowIfNull(toWaitOn);
        long timeout = Time.FromMilliseconds(millisecondsTimeout);
        KernelObject signalled = KernelWaits.Of(thread, toSignal, site);
        KernelObject awaited = KernelWaits.Of(thread, toWaitOn, site);
        thread.Step(OperationKind.Signal, signalled, site);
        KernelWaits.RequireOpen(toSignal);
        signalled.SignalBy(thread, site);
        return KernelWaits.WaitOne(thread, awaited, toWaitOn, timeout, site);
    }

    public static void Close(WaitHandle self, int site)
    {
        Disposal.Step(self, site);
        self.Close();
    }

    public static void Dispose(WaitHandle self, int site)
    {
        Disposal.Step(self, site);
        self.Dispose();
    }

    private static int WaitMany(ControlledThread thread, WaitHandle[] handles, bool all, int millisecondsTimeout, int site)
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

        long timeout = Time.FromMilliseconds(millisecondsTimeout);
        KernelObject[] targets = Array.ConvertAll(handles, handle => KernelWaits.Of(thread, handle ?? throw new ArgumentNullException(nameof(handles), "At least one element in the specified array was null."), site));
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

    private static int Milliseconds(TimeSpan timeout)
    {
        long milliseconds = (long)timeout.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, nameof(timeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, int.MaxValue, nameof(timeout));
        return (int)milliseconds;
    }
}
