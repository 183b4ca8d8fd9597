namespace Braid.Checking.Strategies;

/// <summary>Runs of a batch that one worker does one after another.</summary>
/// <param name="Strategy">Chooses in them; no other part uses it while the batch lasts.</param>
/// <param name="First">The number of the first run, as the strategy counts.</param>
/// <param name="Count">The maximum number of runs.</param>
internal sealed record BatchPart(IStrategy Strategy, int First, int Count)
{
    /// <summary>The number of runs that have counted so far.</summary>
    public int Done { get; set; }
}
