using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Hooks;

/// <summary>Remembers which of the program's calls led into a library, so that reports can show that one.</summary>
internal static class LibraryCall
{
    /// <summary>What rewritten code calls before it calls into a library.</summary>
    public static void Begin(int site)
    {
        // When a run has ended, what its threads still do on their way out must not stand where they waited.
        if (ControlledThread.Current is not { } thread || thread.Execution.Ending)
        {
            return;
        }

        (thread.CallSite, thread.CallTick) = (site, thread.Execution.Tick);
        thread.Reads.AddCall((Sites.Traits(site) & SiteTraits.Decides) != 0 ? thread.Execution.Tick : 0);
    }
}
