namespace Braid.Checking;

/// <summary>What a data race counts for.</summary>
public enum RaceMode
{
    /// <summary>A fault. It is reported when no worse consequence of it was found. The default.</summary>
    Report,

    /// <summary>No fault by itself; schedules still switch threads there, so what it leads to is found.</summary>
    Explore,

    /// <summary>A fault, and so is publishing a reference to an object without synchronisation, which .NET's memory model allows.</summary>
    Strict,
}
