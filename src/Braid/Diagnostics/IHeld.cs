namespace Braid.Diagnostics;

/// <summary>Something whose end of waiting depends on certain threads: a lock and its holder, a thread that is joined.</summary>
internal interface IHeld
{
    /// <summary>The threads (managed ids) any one of which could end the wait; null when nobody can tell. The same object for the same threads, where there are many.</summary>
    IReadOnlyList<int>? Holders { get; }

    /// <summary>What a lock calls its holder, whose managed id goes to another thread once it has ended; 0 when nobody holds it, and for what is no lock.</summary>
    long HolderIdentity => 0;

    /// <summary>Who else could end the wait, in words that follow "only if"; null when nobody could.</summary>
    string? WayOut { get; }

    /// <summary>What to tell a thread that waits for itself.</summary>
    string AdviceToHolder { get; }
}
