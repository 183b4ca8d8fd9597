namespace Braid.Python;

/// <summary>A <c>datetime.timezone</c>: a fixed distance from UTC.</summary>
/// <param name="Offset">How far local time is ahead of UTC; less than 24 hours either way.</param>
/// <param name="Name">The name; null for the one that Python derives from the offset.</param>
public sealed record PythonTimeZone(TimeSpan Offset, string? Name = null);
