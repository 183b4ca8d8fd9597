using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Mutex without a name.</summary>
[Hooks(typeof(Mutex))]
internal static class MutexHooks
{
    public static Mutex New(int site) => New(initiallyOwned: false, site);

    public static Mutex New(bool initiallyOwned, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return new Mutex(initiallyOwned);
        }

        // The real one is only the key. Nobody owns it, or it would be left behind with the thread of the pool.
        var made = new Mutex();
        if (initiallyOwned)
        {
            KernelWaits.Of(thread, made, site).TakeBy(thread, site);
        }

        return made;
    }

    public static void ReleaseMutex(Mutex self, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            self.ReleaseMutex();
            return;
        }

        if (!thread.Execution.Ending)
        {
            KernelObject mutex = KernelWaits.Of(thread, self, site);
            thread.StepRelease(OperationKind.Release, mutex, site);
            KernelWaits.RequireOpen(self);
            mutex.SignalBy(thread, site);
        }
    }
}
