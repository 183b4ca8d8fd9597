namespace LibraryUse;

/// <summary>What a body claims.</summary>
internal static class Require
{
    public static void That(bool condition, string claim)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"This does not hold: {claim}.");
        }
    }
}
