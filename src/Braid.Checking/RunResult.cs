using Braid.Checking.Engine;
using Braid.Checking.Oracles;
using Braid.Checking.Strategies;

namespace Braid.Checking;

/// <summary>What a run of a search has shown.</summary>
internal sealed record RunResult
{
    /// <summary>See <see cref="Execution.Behaviour"/>.</summary>
    public required ulong Behaviour { get; init; }

    /// <summary>Whether the run ended at a fault that ends the search.</summary>
    public required bool EndsSearch { get; init; }

    /// <summary>Whether the run ended at a fault that is known.</summary>
    public required bool IsCutShort { get; init; }

    /// <summary>Set if the run diverged from what its strategy had seen before.</summary>
    public DivergedException? Diverged { get; init; }

    /// <summary>The races that it showed, each with the schedule of the run.</summary>
    public IReadOnlyList<(RaceNote Note, FoundFault Found)> Races { get; init; } = [];

    public IReadOnlyList<StoreLoad> StoreLoads { get; init; } = [];

    /// <summary>The scheduling points that later runs have in addition; null if there are none.</summary>
    public Points? NewPoints { get; init; }
}
