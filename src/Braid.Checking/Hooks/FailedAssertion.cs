using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Hooks;

/// <summary>What a failed assertion of the program does under control: it ends the run, where .NET would end the process or show a window.</summary>
internal static class FailedAssertion
{
    /// <returns>False when nothing is controlled: then .NET decides.</returns>
    public static bool Stops(bool condition, string? message, string? detail, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return false;
        }

        if (!condition)
        {
            string said = string.Join(' ', new[] { message, detail }.Where(part => !string.IsNullOrEmpty(part)));
            thread.Execution.FailIn(thread, new Failure(Verdict.AssertionFailed, $"an assertion of {thread.Name} at {SourceMap.Where(site)} does not hold{(said.Length > 0 ? $": {said}" : "")}") { Sites = [site] });
        }

        return true;
    }
}
