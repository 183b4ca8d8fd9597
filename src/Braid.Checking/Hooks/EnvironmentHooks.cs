using System.Diagnostics.CodeAnalysis;
using Braid.Checking.Engine;
using Braid.Checking.Memory;
using Braid.Checking.Reports;

namespace Braid.Checking.Hooks;

/// <summary>Environment: the members whose values differ from run to run, and those that would end the process.</summary>
[Hooks(typeof(Environment), Allowed = ["*"])]
internal static class EnvironmentHooks
{
    public static int get_TickCount(ControlledThread thread, int site) => unchecked((int)get_TickCount64(thread, site));

    public static long get_TickCount64(ControlledThread thread, int site) =>
        (StopwatchHooks.UpTime + thread.Execution.Clock.Read()) / TimeSpan.TicksPerMillisecond;

    public static int get_CurrentManagedThreadId(ControlledThread thread, int site) => thread.Index + 1;

    /// <summary>
    /// Two: only one thread runs at a time, but the program should not believe that it has a single processor. The count is one where Braid
    /// decides how long to spin, because spinning shows nothing.
    /// </summary>
    public static int get_ProcessorCount(ControlledThread thread, int site) =>
        thread.Execution.Settings.Processors
        ?? (Sites.Get(site).Method.StartsWith("Spinning.", StringComparison.Ordinal) ? 1 : 2);

    public static int get_ExitCode(ControlledThread thread, int site) => RunNumbers.Of(thread).ExitCode;

    public static void set_ExitCode(int value, ControlledThread thread, int site) => RunNumbers.Of(thread).ExitCode = value;

    [DoesNotReturn]
    public static void Exit(int exitCode, ControlledThread thread, int site)
    {
        End(thread, Verdict.NotControlled, $"ends the process by Environment.Exit({exitCode})", site, null);
        Environment.Exit(exitCode);
    }

    [DoesNotReturn]
    public static void FailFast(string? message, [Default] Exception? exception, ControlledThread thread, int site)
    {
        End(thread, Verdict.UnhandledException, $"ends the process by Environment.FailFast: {message}", site, exception);
        Environment.FailFast(message, exception);
    }

    private static void End(ControlledThread thread, Verdict verdict, string how, int site, Exception? exception) =>
        thread.Execution.FailIn(
            thread,
            new Failure(verdict, $"{thread.Name} {how} at {SourceMap.Where(site)}") { Exception = exception, Sites = [site] });
}
