using Braid.Checking.Engine;

namespace Braid.Checking.Oracles;

/// <summary>A race that a run has shown, or an update lost in a package.</summary>
/// <param name="Pair">Its kind and two places.</param>
/// <param name="Failure">What it is if it counts as a fault.</param>
/// <param name="Standing">What it counts for.</param>
internal sealed record RaceNote((Verdict Verdict, int First, int Second) Pair, Failure Failure, RaceStanding Standing);
