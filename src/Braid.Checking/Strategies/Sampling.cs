namespace Braid.Checking.Strategies;

/// <summary>A search by random schedules: it never ends, and proves nothing.</summary>
/// <param name="lead">Knows what all batches until now have taught.</param>
internal sealed class Sampling(ISampler lead) : ISearch
{
    private const int Parts = 16;       // several for each worker, so that all finish a batch at about the same time

    private readonly List<BatchPart> _parts = [];
    private int _next;

    /// <summary>The strategy, or what alternates.</summary>
    public ISampler Lead => lead;

    /// <summary>The number of runs that have counted.</summary>
    public int Runs { get; private set; }

    public IReadOnlyList<BatchPart> Next(int most)
    {
        int size = (most + Parts - 1) / Parts;
        for (int left = most; left > 0; left -= size)
        {
            // The only part of a batch needs no strategy of its own.
            int count = Math.Min(size, left);
            _parts.Add(new BatchPart(count == most ? lead : lead.Fork(), _next, count));
            _next += count;
        }

        return _parts.ToArray();
    }

    public void Learn()
    {
        foreach (BatchPart part in _parts)
        {
            Runs += part.Done;
            if (part.Strategy != lead)
            {
                lead.Join((ISampler)part.Strategy);
            }
        }

        _parts.Clear();
    }

    public void Restart() => lead.Restart();
}
