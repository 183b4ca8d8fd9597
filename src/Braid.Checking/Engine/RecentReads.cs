using Braid.Checking.Memory;

namespace Braid.Checking.Engine;

/// <summary>The last few locations whose values decided a branch of a thread.</summary>
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

    /// <summary>Records that a call of a library begins.</summary>
    /// <param name="tick">When it begins; 0 if its result decides no branch.</param>
    public void AddCall(int tick) => (_callBefore, _call) = (Math.Max(_callBefore, _call), tick);

    /// <summary>
    /// A location that another thread changed after the last read and before that tick, so that the reader acted on an outdated value.
    /// </summary>
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

    /// <summary>
    /// Whether the thread decided to wait after that tick, by a value that no other thread has changed since without a signal: then it
    /// missed nothing.
    /// </summary>
    /// <param name="reader">The thread.</param>
    /// <param name="tick">The tick of the signal that may have been lost.</param>
    /// <param name="lastSignal">The tick of the last signal.</param>
    /// <param name="inCall">Whether the thread waits within the last call that was added.</param>
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
