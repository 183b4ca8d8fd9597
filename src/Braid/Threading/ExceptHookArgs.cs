namespace Braid.Threading;

/// <summary>An unhandled exception, and the thread it ended.</summary>
/// <remarks>Python counterpart: <c>threading.ExceptHookArgs</c>.</remarks>
/// <param name="Exception">The exception.</param>
/// <param name="Thread">The thread it left; for a failed callback, the thread that called it.</param>
public sealed record ExceptHookArgs(Exception Exception, Thread Thread);
