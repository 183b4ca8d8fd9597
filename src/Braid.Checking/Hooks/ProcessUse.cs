using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Keeps runs that use something which belongs to the process, such as a file, from running at the same time.</summary>
internal static class ProcessUse
{
    /// <summary>What rewritten code calls just before such a use.</summary>
    /// <remarks>While other workers run, the run ends here and does not count: the explorer repeats it alone.</remarks>
    public static void Announce(string member, int site)
    {
        if (ControlledThread.Current is not { Execution: { } execution } thread)
        {
            return;
        }

        execution.UsesProcess = true;
        if (execution is { IsAlone: false, Ending: false })
        {
            execution.FailIn(
                thread,
                new Failure(Verdict.NotControlled, $"{thread.Name} uses {member}, and other runs may do so at the same time") { Sites = [site] });
        }
    }
}
