namespace Braid.Python;

/// <summary>A <c>slice</c>: <c>[start:stop:step]</c>.</summary>
/// <param name="Start">From where; null for the beginning.</param>
/// <param name="Stop">To where; null for the end.</param>
/// <param name="Step">From one to the next; null for 1.</param>
public sealed record PythonSlice(object? Start, object? Stop, object? Step = null);
