using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Reports;

namespace Braid.Checking.Oracles;

/// <summary>Checks whether a thread that ends still holds locks.</summary>
internal static class LeakedLocks
{
    public static void Audit(ControlledThread thread)
    {
        // A thread that is cut off since the run is over gives nothing back on its way out.
        if (thread.Execution.Ending)
        {
            return;
        }

        // An abandoned mutex passes to its next waiter, which receives an exception.
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
