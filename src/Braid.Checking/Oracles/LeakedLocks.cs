using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Reports;

namespace Braid.Checking.Oracles;

/// <summary>Looks at a thread that ends for locks it has not given back.</summary>
internal static class LeakedLocks
{
    public static void Audit(ControlledThread thread)
    {
        // A mutex passes to whoever waits next, and he is told by an exception.
        int last = thread.Held.FindLastIndex(held => held.Lock is not MutexResource);
        if (last < 0)
        {
            return;
        }

        HeldLock held = thread.Held[last];
        thread.Execution.Fail(new Failure(Verdict.LeakedLock, $"{thread.Name} has ended and still holds {Text.Held(held)}")
        {
            About = [held.Lock],
            Sites = [held.Site],
        });
    }
}
