namespace Braid.Checking.Linearizability;

/// <summary>The operations of a check cannot be compared with their model; thrown to the caller of the check.</summary>
internal sealed class ScenarioException(string message) : ArgumentException(message);
