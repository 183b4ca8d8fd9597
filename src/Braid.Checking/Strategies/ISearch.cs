namespace Braid.Checking.Strategies;

/// <summary>Plans a search in batches. No part of a batch depends on what another one shows, so workers may share a batch.</summary>
/// <remarks>
/// A batch is the same however many workers share it: its parts depend on the seed, and on what the batches before it have shown. So for a
/// seed, the schedules of a search do not depend on the number of workers.
/// </remarks>
internal interface ISearch
{
    /// <summary>The next batch.</summary>
    /// <param name="most">The maximum number of runs in all its parts.</param>
    /// <returns>The parts, in order; none if every schedule within the bounds of the search has been run.</returns>
    IReadOnlyList<BatchPart> Next(int most);

    /// <summary>The batch has ended: the next one may use what its runs have shown.</summary>
    void Learn();

    /// <summary>There are more scheduling points now, so what was learnt no longer applies.</summary>
    void Restart();
}
