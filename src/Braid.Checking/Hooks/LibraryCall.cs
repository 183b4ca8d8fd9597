using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Remembers which of the program's calls led into a library, so that reports can show that one.</summary>
internal static class LibraryCall
{
    /// <summary>What rewritten code calls before it calls into a library.</summary>
    public static void Begin(int site)
    {
        if (ControlledThread.Current is { } thread)
        {
            thread.CallSite = site;
        }
    }
}
