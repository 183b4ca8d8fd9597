namespace BugZoo.Calls;

/// <summary>Which side of an object a call belongs to.</summary>
internal enum Side
{
    /// <summary>Any number of threads may call it at any time.</summary>
    Neither,

    /// <summary>It takes something, or waits for something to take.</summary>
    Reader,

    /// <summary>It puts something in, or waits for room.</summary>
    Writer,
}
