using System.Diagnostics;
using System.Runtime.CompilerServices;
using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Hooks;

/// <summary>
/// Debug and Trace: a failed assertion is a fault of the run, where .NET would end the process or show a window. So is what a library
/// tells a debugger: it has caught an exception that the program did not handle, as at the end of a thread that it runs.
/// </summary>
[Hooks(typeof(Debug), Allowed = ["*"])]
[Hooks(typeof(Trace), Allowed = ["*"])]
[Hooks(typeof(Debugger), Allowed = ["*"])]
internal static class AssertionHooks
{
    public static void Assert(bool condition, [Default] string? message, [Default] string? detailMessage, ControlledThread thread, int site)
    {
        if (!condition)
        {
            Fail(message, detailMessage, thread, site);
        }
    }

    public static void Assert(bool condition, ref Debug.AssertInterpolatedStringHandler message, ControlledThread thread, int site) =>
        Assert(condition, condition ? null : TextOf(ref message), null, thread, site);

    public static void Fail(string? message, [Default] string? detailMessage, ControlledThread thread, int site)
    {
        string said = string.Join(' ', new[] { message, detailMessage }.Where(static part => !string.IsNullOrEmpty(part)));
        thread.Execution.FailIn(thread, new Failure(Verdict.AssertionFailed, $"an assertion of {thread.Name} at {SourceMap.Where(site)} does not hold{(said.Length > 0 ? $": {said}" : "")}") { Sites = [site] });
    }

    /// <summary>The configuration of the process does not change in a run.</summary>
    public static void add_Refreshing(EventHandler? value, int site)
    {
    }

    public static void BreakForUserUnhandledException(Exception exception, ControlledThread thread, int site)
    {
        if (!thread.Execution.Ending)
        {
            thread.Execution.FailIn(thread, Failure.Unhandled(thread, exception));
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ToStringAndClear")]
    private static extern string TextOf(ref Debug.AssertInterpolatedStringHandler message);
}
