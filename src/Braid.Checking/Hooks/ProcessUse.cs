using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Keeps runs that use something that belongs to the process, such as a file, from running at the same time.</summary>
internal static class ProcessUse
{
    /// <summary>Called by rewritten code just before such a use.</summary>
    /// <remarks>While other workers run, the run ends here and does not count: the explorer repeats it alone.</remarks>
    public static void Announce(string member, int site)
    {
        if (ControlledThread.Current is not { Execution: { } execution } thread)
        {
            return;
        }

        execution.UsesProcess = true;
        execution.TouchUnknown(member);
        if (execution is { IsAlone: false, Ending: false })
        {
            string description = $"{thread.Name} uses {member}, and other runs may do so at the same time";
            execution.FailIn(thread, new Failure(Verdict.NotControlled, description) { Sites = [site] });
        }
    }

    /// <summary>What rewritten code calls just before it calls a member of <see cref="Rewriting.Untracked"/>.</summary>
    public static void AnnounceUntracked(string member) => ControlledThread.Current?.Execution.TouchUnknown(member);
}
