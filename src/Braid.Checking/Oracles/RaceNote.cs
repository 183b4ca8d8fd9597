using Braid.Checking.Engine;

namespace Braid.Checking.Oracles;

/// <summary>A race that a run showed, or an update that was lost in a package.</summary>
/// <param name="Pair">Its verdict and its two sites.</param>
/// <param name="Failure">The failure to report if it counts as a fault.</param>
/// <param name="Standing">How it counts.</param>
internal sealed record RaceNote((Verdict Verdict, int First, int Second) Pair, Failure Failure, RaceStanding Standing);
