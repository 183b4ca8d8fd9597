using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// A call by which the program reads a location to write it back later, or writes it back: the memory accesses of the call stand for that
/// access.
/// </summary>
internal static class AccessorCall
{
    /// <summary>Called by rewritten code before the call.</summary>
    /// <param name="site">The site of the call.</param>
    /// <param name="began">When the calling method began: reads before that time do not count.</param>
    public static void Begin(int site, int began)
    {
        if (ControlledThread.Current is { Execution.Ending: false } thread)
        {
            (thread.AccessorSite, thread.AccessorBegan) = (site, began);
        }
    }

    /// <summary>Called by rewritten code after the call, and where it catches an exception, which the call may have thrown.</summary>
    public static void End()
    {
        if (ControlledThread.Current is { Execution.Ending: false } thread)
        {
            thread.AccessorSite = 0;
        }
    }
}
