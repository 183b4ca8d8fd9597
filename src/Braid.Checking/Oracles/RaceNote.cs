using Braid.Checking.Engine;

namespace Braid.Checking.Oracles;

/// <summary>A race that a run has shown.</summary>
/// <param name="Pair">Its two places.</param>
/// <param name="Failure">What it is if it counts as a fault.</param>
/// <param name="Allowed">Only a reference is published: .NET's memory model allows that.</param>
internal sealed record RaceNote((int, int) Pair, Failure Failure, bool Allowed);
