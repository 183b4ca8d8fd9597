using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Hooks;

/// <summary>Records which of the program's calls led into a library, so that reports can show that call.</summary>
internal static class LibraryCall
{
    /// <summary>Called by rewritten code before it calls into a library.</summary>
    public static void Begin(int site)
    {
        // Once a run has ended, the calls of its threads on their way out must not replace those in which they waited.
        if (ControlledThread.Current is not { } thread || thread.Execution.Ending)
        {
            return;
        }

        (thread.CallSite, thread.CallTick) = (site, thread.Execution.Tick);
        thread.Reads.AddCall((Sites.Traits(site) & SiteTraits.Decides) != 0 ? thread.Execution.Tick : 0);
    }
}
