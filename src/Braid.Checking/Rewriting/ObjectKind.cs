namespace Braid.Checking.Rewriting;

/// <summary>What is known about calls of an object from several threads.</summary>
internal enum ObjectKind
{
    /// <summary>They are safe, or are covered elsewhere.</summary>
    None,

    /// <summary>The object counts as one location, which they read and write.</summary>
    Plain,

    /// <summary>Nothing: its code is not rewritten.</summary>
    Unknown,
}
