namespace Braid.Checking.Engine;

/// <summary>Unwinds a thread of a run that is over. The rewriter makes the program's own catch blocks let it through.</summary>
internal sealed class RunEndedException : Exception
{
    public RunEndedException()
        : base("The checker has ended this run; the program under check should not see this.")
    {
    }

    /// <summary>What the rewritten program calls first of all in each catch block that could have caught this.</summary>
    public static void LetThrough(object caught)
    {
        if (caught is RunEndedException)
        {
            throw new RunEndedException();
        }
    }
}
