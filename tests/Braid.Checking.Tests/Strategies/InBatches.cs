using Braid.Checking.Strategies;

namespace Braid.Checking.Tests.Strategies;

/// <summary>Makes the runs of a search one after another, as an explorer without other workers does.</summary>
internal sealed class InBatches(ISearch search, int most = 1) : IStrategy
{
    private readonly Queue<BatchPart> _parts = new();
    private BatchPart? _part;

    public bool Begin(int run)
    {
        while (true)
        {
            if (_part is null && _parts.Count == 0)
            {
                foreach (BatchPart part in search.Next(most))
                {
                    _parts.Enqueue(part);
                }
            }

            if (_part is null && !_parts.TryDequeue(out _part))
            {
                return false;
            }

            if (_part.Done < _part.Count && _part.Strategy.Begin(_part.First + _part.Done))
            {
                return true;
            }

            EndPart();
        }
    }

    public int Choose(in ChoicePoint point) => _part!.Strategy.Choose(point);

    public void End(in RunSummary run)
    {
        _part!.Strategy.End(run);
        _part.Done++;
        if (run.NewPoints)
        {
            _parts.Clear();
        }

        if (run.NewPoints || _part.Done == _part.Count)
        {
            EndPart();
        }

        if (run.NewPoints)
        {
            search.Restart();
        }
    }

    private void EndPart()
    {
        _part = null;
        if (_parts.Count == 0)
        {
            search.Learn();
        }
    }
}
