using System.Diagnostics;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>What a library tells a debugger: it has caught an exception that the program did not handle, as at the end of a thread that it runs.</summary>
[Hooks(typeof(Debugger), Allowed = ["*"])]
internal static class DebuggerHooks
{
    public static void BreakForUserUnhandledException(Exception exception, ControlledThread thread, int site)
    {
        if (!thread.Execution.Ending)
        {
            thread.Execution.FailIn(thread, Failure.Unhandled(thread, exception));
        }
    }
}
