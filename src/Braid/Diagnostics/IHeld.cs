namespace Braid.Diagnostics;

/// <summary>Something whose end of waiting depends on certain threads: a lock and its holder, a thread that is joined.</summary>
internal interface IHeld
{
    /// <summary>The threads (managed ids) any one of which could end the wait; null when nobody can tell.</summary>
    IReadOnlyList<int>? Holders { get; }

    /// <summary>What to tell a thread that waits for itself.</summary>
    string AdviceToHolder { get; }
}
