namespace Braid.Checking.Engine;

/// <summary>Unwinds a thread of a run that is over. The rewriter gives the program's own catch blocks a filter that lets it through.</summary>
internal sealed class RunEndedException : Exception
{
    public RunEndedException()
        : base("The checker has ended this run; the program under check should not see this.")
    {
    }

    /// <summary>What the rewritten program asks in the filter of each catch block that could have caught this.</summary>
    /// <param name="thrown">What was thrown; null if the catch block is not for it.</param>
    public static bool MayBeCaught(object? thrown) => thrown is not (null or RunEndedException);
}
