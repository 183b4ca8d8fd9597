namespace Braid.Checking.Rewriting;

/// <summary>A rewritten assembly, ready to be loaded.</summary>
/// <param name="Image">The assembly.</param>
/// <param name="Symbols">Its symbols, if the original has any.</param>
/// <param name="Originals">For each row of its table of methods, the token in the original of the method that it was made from; 0 for what belongs to none.</param>
/// <param name="Left">Methods that could not be rewritten and are as they were, by their tokens in the original.</param>
internal sealed record RewrittenAssembly(byte[] Image, byte[]? Symbols, int[] Originals, IReadOnlyDictionary<int, LeftMethod> Left)
{
    /// <summary>The original's token of a method of this one.</summary>
    public int OriginalOf(int token) => (token & 0xFFFFFF) is var row && row > 0 && row <= Originals.Length ? Originals[row - 1] : 0;
}
