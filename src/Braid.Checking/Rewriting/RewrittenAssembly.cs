namespace Braid.Checking.Rewriting;

/// <summary>A rewritten assembly, ready to be loaded.</summary>
/// <param name="Image">The assembly.</param>
/// <param name="Symbols">Its symbols, if the original has any.</param>
internal sealed record RewrittenAssembly(byte[] Image, byte[]? Symbols);
