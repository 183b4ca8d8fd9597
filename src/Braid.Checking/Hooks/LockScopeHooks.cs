using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The end of a lock statement over a System.Threading.Lock.</summary>
[Hooks(typeof(Lock.Scope))]
internal static class LockScopeHooks
{
    public static void Dispose(ref Lock.Scope self, int site)
    {
        if (ControlledThread.Current is null)
        {
            self.Dispose();
            return;
        }

        ref Lock? taken = ref LockHooks.LockOf(ref self);
        if (taken is { } held)
        {
            taken = null;
            LockHooks.Exit(held, site);
        }
    }
}
