namespace Braid.Checking.Oracles;

/// <summary>How a race counts.</summary>
internal enum RaceStanding
{
    /// <summary>A fault of the program.</summary>
    Fault,

    /// <summary>Only a reference is published: .NET's memory model allows that.</summary>
    Publication,

    /// <summary>All of it happens in code that is not the user's: a fault only if it makes the user's code fail.</summary>
    Foreign,

    /// <summary>Not known: the object is of an assembly that is not rewritten.</summary>
    Unknown,
}
