namespace Braid.Tests;

/// <summary>An exception a test throws in a thread on purpose.</summary>
public sealed class QuietException() : Exception("Thrown on purpose by a test.");
