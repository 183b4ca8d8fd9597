namespace Braid.Tests;

/// <summary>How an act in another process ended.</summary>
/// <param name="Result">What it returned.</param>
/// <param name="Failure">What it threw; null when it returned.</param>
/// <param name="IsCancelled">Whether that was a cancellation by the act's own token.</param>
internal sealed record ActorAnswer(object? Result, Exception? Failure = null, bool IsCancelled = false);
