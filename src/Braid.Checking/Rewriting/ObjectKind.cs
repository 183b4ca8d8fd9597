namespace Braid.Checking.Rewriting;

/// <summary>What is known of an object's calls from several threads.</summary>
internal enum ObjectKind
{
    /// <summary>They are safe, or known otherwise.</summary>
    None,

    /// <summary>It is one place, which they read and write.</summary>
    Plain,

    /// <summary>Nothing: it is not looked into.</summary>
    Unknown,
}
