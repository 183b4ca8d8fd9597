using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Hooks;

/// <summary>Stops a run that calls something which would wait, or start threads, outside of control.</summary>
internal static class Refusal
{
    /// <summary>What rewritten code calls just before such a member.</summary>
    public static void Stop(string member, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return;
        }

        thread.Execution.FailIn(thread, new Failure(Verdict.NotControlled, $"{thread.Name} calls {Called(thread, member, site)}, which the checker does not control; leave it out of what is checked, or put something that is controlled in its place (docs/checking.md lists what is)")
        {
            Details = [.. StackText.ProgramFrames(Environment.StackTrace)],
            Sites = [site],
        });
    }

    private static string Called(ControlledThread thread, string member, int site)
    {
        int shown = Text.ShownSite(site, thread.CallSite);
        return shown == site ? $"{member} at {SourceMap.Where(site)}" : $"{Text.Subject(shown)} at {SourceMap.Where(shown)}, and that calls {member}";
    }
}
