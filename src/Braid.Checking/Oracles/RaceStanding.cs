namespace Braid.Checking.Oracles;

/// <summary>How a race counts.</summary>
internal enum RaceStanding
{
    /// <summary>A fault of the program.</summary>
    Fault,

    /// <summary>Only a reference is published: .NET's memory model allows that.</summary>
    Publication,

    /// <summary>Both accesses are in code that is not the user's: a fault only if it makes the user's code fail.</summary>
    Foreign,

    /// <summary>Unknown: the object's assembly is not rewritten.</summary>
    Unknown,
}
