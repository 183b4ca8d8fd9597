using Braid.Checking.Memory;

namespace Braid.Checking.Engine;

/// <summary>The last few places in memory that a thread has read.</summary>
internal sealed class RecentReads
{
    private const int Kept = 16;

    private readonly (Variable? Variable, int Tick, int Site)[] _reads = new (Variable?, int, int)[Kept];
    private int _next;

    public void Add(Variable variable, int tick, int site)
    {
        _reads[_next] = (variable, tick, site);
        _next = (_next + 1) % Kept;
    }

    /// <summary>A read whose value another thread replaced before that tick, so that the reader acted on what was no longer true.</summary>
    public (Variable Variable, int Site)? FindStale(ControlledThread reader, int before)
    {
        for (int i = 1; i <= Kept; i++)
        {
            (Variable? variable, int tick, int site) = _reads[(_next + Kept - i) % Kept];
            if (variable is not null && variable.LastWriter >= 0 && variable.LastWriter != reader.Index && variable.WriteTick > tick && variable.WriteTick < before)
            {
                return (variable, site);
            }
        }

        return null;
    }
}
