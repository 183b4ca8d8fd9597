namespace Braid.Checking.Strategies;

/// <summary>A random strategy: run n depends on the seed, on n, and on what earlier runs have taught it.</summary>
internal interface ISampler : IStrategy
{
    /// <summary>A strategy for a part of a batch. It knows what this one knows, and learns on its own.</summary>
    ISampler Fork();

    /// <summary>Learns what a fork has learnt since it was made.</summary>
    void Join(ISampler fork);

    /// <summary>There are more scheduling points now, so what was learnt no longer applies.</summary>
    void Restart();
}
