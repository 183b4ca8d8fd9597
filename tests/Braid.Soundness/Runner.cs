using System.Text;

namespace Braid.Soundness;

/// <summary>Where a thread of a program stands.</summary>
internal sealed class Runner
{
    /// <summary>A phase: the thread begins when its time comes.</summary>
    public const int Armed = -2;

    /// <summary>A phase: its first step is to begin.</summary>
    public const int Starting = -1;

    /// <summary>Not started yet, for a thread; not armed, for a delay.</summary>
    public bool IsAlive;
    public bool HasEnded;

    /// <summary>The operation that comes next, and which part of it.</summary>
    public int Next;
    public int Phase = Starting;

    /// <summary>When its wait is over, in microseconds; -1 for never.</summary>
    public int Due = -1;

    /// <summary>The clock has come so near to that time that it may be over now.</summary>
    public bool MayRing;

    /// <summary>Why its wait is over, if it is.</summary>
    public Wake Woken;

    /// <summary>How often it had entered the monitor that it waits on.</summary>
    public int Depth;

    /// <summary>What it has read and is about to write back, and whether another has written since.</summary>
    public int Seen;
    public bool IsStale;

    /// <summary>The accesses, as bits, that have happened before whatever it does next.</summary>
    public ulong Knows;

    public Runner Copy() => (Runner)MemberwiseClone();

    public void AddTo(StringBuilder key) =>
        key.Append(IsAlive ? HasEnded ? 'E' : 'A' : 'N').Append(Next).Append(',').Append(Phase).Append(',').Append(Due).Append(MayRing ? 'r' : '.').Append((int)Woken)
            .Append(',').Append(Depth).Append(',').Append(Seen).Append(IsStale ? 's' : '.').Append(Knows).Append(';');
}

/// <summary>Why a wait is over.</summary>
internal enum Wake
{
    None,
    Signalled,
    TimedOut,
    Cancelled,
}
