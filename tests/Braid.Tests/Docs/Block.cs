namespace Braid.Tests;

/// <summary>A block of code on a page.</summary>
/// <param name="FirstLine">The index of its first line on the page, that behind the fence.</param>
/// <param name="LineCount">How many lines it has.</param>
/// <param name="Language">What its fence names.</param>
/// <param name="Marker">What the comment above it names: regions joined by " + ", or a file; null when there is none.</param>
/// <param name="Text">The block, without a line end at its end.</param>
internal sealed record Block(int FirstLine, int LineCount, string Language, string? Marker, string Text);
