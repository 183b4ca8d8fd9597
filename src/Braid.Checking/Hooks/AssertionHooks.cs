using System.Diagnostics;
using System.Runtime.CompilerServices;
using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Hooks;

/// <summary>
/// Debug and Trace: a failed assertion is a fault of the run, where .NET would end the process or show a window. So is an exception that a
/// library reports to a debugger because the program did not handle it, for example at the end of a thread that the library runs.
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
        string text = string.Join(' ', new[] { message, detailMessage }.Where(static part => !string.IsNullOrEmpty(part)));
        string suffix = text.Length > 0 ? $": {text}" : "";
        string description = $"an assertion of {thread.Name} at {SourceMap.Where(site)} does not hold{suffix}";
        thread.Execution.FailIn(thread, new Failure(Verdict.AssertionFailed, description) { Sites = [site] });
    }

    /// <summary>The configuration of the process does not change during a run.</summary>
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
