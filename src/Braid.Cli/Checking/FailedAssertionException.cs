namespace Braid.Cli;

/// <summary>A program's own <c>Debug.Assert</c> or <c>Trace.Fail</c>.</summary>
internal sealed class FailedAssertionException(string message) : Exception(message);
