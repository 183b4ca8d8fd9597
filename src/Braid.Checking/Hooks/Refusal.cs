using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Hooks;

/// <summary>Stops a run that calls a member which would wait, or start threads, outside of control.</summary>
internal static class Refusal
{
    /// <summary>Called by rewritten code just before such a member.</summary>
    public static void Stop(string member, int site)
    {
        ControlledThread.Current?.Execution.TouchUnknown(member);
        if (ControlledThread.Current is { } thread && !thread.Execution.Settings.Outside.Includes(member))
        {
            Fail(thread, $"calls {Called(thread, member, site)}", site);
        }
    }

    /// <summary>Waits for something that only code outside of control completes; stops the run if no code may run there.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="what">What it waits for, in words.</param>
    /// <param name="completed">Signalled from outside of control.</param>
    /// <param name="site">The site of the wait.</param>
    public static void Await(ControlledThread thread, string what, WaitHandle completed, int site)
    {
        if (!thread.Execution.Settings.Outside.TryAwait(thread, what, completed))
        {
            Fail(thread, $"waits at {SourceMap.Where(thread.Shown(site))} for {what}", site);
        }
    }

    private static void Fail(ControlledThread thread, string what, int site) => thread.Execution.FailIn(
        thread,
        new Failure(
            Verdict.NotControlled,
            $"{thread.Name} {what}, which the checker does not control; leave it out of what is checked, put something that is " +
            "controlled in its place, or let it run as it is (CheckOptions.Uncontrolled; docs/checking.md says what is controlled)")
        {
            Details = [.. StackText.ProgramFrames(Environment.StackTrace)],
            Sites = [site],
        });

    private static string Called(ControlledThread thread, string member, int site)
    {
        int shown = Text.ShownSite(site, thread.CallSite);
        return shown == site
            ? $"{member} at {SourceMap.Where(site)}"
            : $"{Text.Subject(shown)} at {SourceMap.Where(shown)}, and that calls {member}";
    }
}
