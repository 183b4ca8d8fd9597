namespace Braid.Checking.Strategies;

/// <summary>The likely length of a run: nine in ten of the last 64 runs were not longer.</summary>
/// <remarks>The longest run ever seen would be safe, but would waste draws on steps that hardly any run reaches.</remarks>
internal sealed class RunLengths
{
    private readonly int[] _recent = new int[64];
    private readonly int[] _sorted = new int[64];
    private int _count;

    /// <summary>Whether no run is known yet.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>At least 1.</summary>
    public int Typical { get; private set; } = 1;

    public void Add(int steps)
    {
        _recent[_count++ % _recent.Length] = steps;
        int known = Math.Min(_count, _recent.Length);
        _recent.AsSpan(0, known).CopyTo(_sorted);
        _sorted.AsSpan(0, known).Sort();
        Typical = Math.Max(_sorted[(known - 1) * 9 / 10], 1);
    }

    /// <summary>Takes over what another one knows.</summary>
    public void CopyFrom(RunLengths other)
    {
        other._recent.CopyTo(_recent, 0);
        (_count, Typical) = (other._count, other.Typical);
    }

    /// <summary>There are more scheduling points now: what was learnt no longer applies.</summary>
    public void Clear()
    {
        _count = 0;
        Typical = 1;
    }
}
