using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Oracles;

/// <summary>Looks at a thread that ends for locks it has not given back.</summary>
internal static class LeakedLocks
{
    public static void Audit(ControlledThread thread)
    {
        if (thread.Held.Count == 0)
        {
            return;
        }

        HeldLock held = thread.Held[^1];
        thread.Execution.Fail(new Failure(Verdict.LeakedLock, $"{thread.Name} has ended and still holds {Text.Held(held)}")
        {
            About = [held.Lock],
            Sites = [held.Site],
        });
    }
}
