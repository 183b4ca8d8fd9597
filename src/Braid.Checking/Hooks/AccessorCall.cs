using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>A call by which the program reads a place to write it back later, or writes it back: what the call does to memory stands for that.</summary>
internal static class AccessorCall
{
    /// <summary>What rewritten code calls before it.</summary>
    /// <param name="site">The call.</param>
    /// <param name="began">When the calling method began: what was read before is another story.</param>
    public static void Begin(int site, int began)
    {
        if (ControlledThread.Current is { Execution.Ending: false } thread)
        {
            (thread.AccessorSite, thread.AccessorBegan) = (site, began);
        }
    }

    /// <summary>What rewritten code calls after it, and where it catches an exception, which may have come out of it.</summary>
    public static void End()
    {
        if (ControlledThread.Current is { Execution.Ending: false } thread)
        {
            thread.AccessorSite = 0;
        }
    }
}
