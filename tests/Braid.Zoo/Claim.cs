namespace BugZoo;

internal static class Claim
{
    /// <exception cref="ClaimException">It does not hold.</exception>
    public static void That(bool holds, string claim)
    {
        if (!holds)
        {
            throw new ClaimException(claim);
        }
    }
}
