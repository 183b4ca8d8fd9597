namespace Braid.Checking.Rewriting;

/// <summary>A rewritten assembly, ready to be loaded.</summary>
/// <param name="Image">The assembly.</param>
/// <param name="Symbols">Its symbols, if the original has any.</param>
/// <param name="Originals">
/// For each row of its method table, the token of the original method that it was made from; 0 if there is none.
/// </param>
/// <param name="Left">Methods that could not be rewritten and run unmodified, by their tokens in the original.</param>
internal sealed record RewrittenAssembly(byte[] Image, byte[]? Symbols, int[] Originals, IReadOnlyDictionary<int, LeftMethod> Left)
{
    /// <summary>The original's token for a method of this assembly.</summary>
    public int OriginalOf(int token) =>
        (token & 0xFFFFFF) is var row && row > 0 && row <= Originals.Length ? Originals[row - 1] : 0;
}
