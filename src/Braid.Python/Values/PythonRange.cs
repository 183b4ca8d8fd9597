namespace Braid.Python;

/// <summary>A <c>range</c> of integers.</summary>
/// <param name="Start">The first.</param>
/// <param name="Stop">Where it ends; not part of it.</param>
/// <param name="Step">From one to the next; not 0.</param>
public sealed record PythonRange(long Start, long Stop, long Step = 1);
