using Braid.Checking.Memory;

namespace Braid.Checking.Engine;

/// <summary>The last few places in memory whose value has decided which way a thread went.</summary>
internal sealed class RecentReads
{
    private const int Kept = 16;

    private readonly (Variable? Variable, int Tick, int Site)[] _reads = new (Variable?, int, int)[Kept];
    private int _next;
    private int _call;
    private int _callBefore;

    public void Add(Variable variable, int tick, int site)
    {
        _reads[_next] = (variable, tick, site);
        _next = (_next + 1) % Kept;
    }

    /// <summary>A call of a library begins.</summary>
    /// <param name="tick">When; 0 if what it returns decides nothing.</param>
    public void AddCall(int tick) => (_callBefore, _call) = (Math.Max(_callBefore, _call), tick);

    /// <summary>A place whose last reading was replaced by another thread before that tick, so that the reader acted on what was no longer true.</summary>
    public (Variable Variable, int Site)? FindStale(ControlledThread reader, int before)
    {
        for (int i = 1; i <= Kept; i++)
        {
            (Variable? variable, int tick, int site) = Last(i);
            if (variable is not null && !IsReadLater(variable, i) && IsReplaced(variable, reader, tick) && variable.WriteTick < before)
            {
                return (variable, site);
            }
        }

        return null;
    }

    /// <summary>Whether the thread has looked at something after that tick, before it waited, and nobody has changed that without a signal since: it knows what it waits for.</summary>
    /// <param name="reader">The thread.</param>
    /// <param name="tick">When the signal was given that may have been lost.</param>
    /// <param name="lastSignal">When the last one was given.</param>
    /// <param name="inCall">It waits within the last call that was added.</param>
    public bool HaveDecidedSince(ControlledThread reader, int tick, int lastSignal, bool inCall)
    {
        bool decided = _callBefore > tick || (!inCall && _call > tick);
        for (int i = 1; i <= Kept && !decided; i++)
        {
            (Variable? variable, int read, _) = Last(i);
            decided = variable is not null && read > tick && !IsReplaced(variable, reader, Math.Max(read, lastSignal));
        }

        return decided;
    }

    private static bool IsReplaced(Variable variable, ControlledThread reader, int tick) =>
        variable.LastWriter >= 0 && variable.LastWriter != reader.Index && variable.WriteTick > tick;

    private bool IsReadLater(Variable variable, int i)
    {
        for (int later = 1; later < i; later++)
        {
            if (Last(later).Variable == variable)
            {
                return true;
            }
        }

        return false;
    }

    private (Variable? Variable, int Tick, int Site) Last(int i) => _reads[(_next + Kept - i) % Kept];
}
