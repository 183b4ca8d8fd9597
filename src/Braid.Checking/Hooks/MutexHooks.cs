using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Mutex without a name.</summary>
[Hooks(typeof(Mutex))]
internal static class MutexHooks
{
    /// <remarks>The real mutex is only the key. No thread owns it; otherwise it would be abandoned with the thread of the pool.</remarks>
    public static Mutex New([Default] bool initiallyOwned, ControlledThread thread, int site)
    {
        var made = new Mutex();
        if (initiallyOwned)
        {
            KernelWaits.Of(thread, made, site).TakeBy(thread, site);
        }

        return made;
    }

    public static void ReleaseMutex(Mutex self, ControlledThread thread, int site)
    {
        if (!thread.Execution.Ending)
        {
            KernelObject mutex = KernelWaits.Of(thread, self, site);
            thread.StepRelease(OperationKind.Release, mutex, site);
            KernelWaits.RequireOpen(self);
            mutex.SignalBy(thread, site);
        }
    }
}
