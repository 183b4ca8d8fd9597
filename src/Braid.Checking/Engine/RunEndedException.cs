namespace Braid.Checking.Engine;

/// <summary>
/// Unwinds a thread of a run that is over. The rewriter gives the program's catch blocks a filter that does not catch it.
/// </summary>
internal sealed class RunEndedException : Exception
{
    public RunEndedException()
        : base("The checker has ended this run; the program under check should not see this.")
    {
    }

    /// <summary>Called by rewritten code in the filter of each catch block that could catch this exception.</summary>
    /// <param name="thrown">The exception; null if the catch block is not for its type.</param>
    public static bool MayBeCaught(object? thrown) => thrown is not (null or RunEndedException);
}
