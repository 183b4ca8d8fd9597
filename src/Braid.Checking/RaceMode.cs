namespace Braid.Checking;

/// <summary>How a data race counts.</summary>
public enum RaceMode
{
    /// <summary>As a fault. It is reported if no worse consequence of it was found. The default.</summary>
    Report,

    /// <summary>As no fault by itself; schedules still switch threads there, so the search finds what it leads to.</summary>
    Explore,

    /// <summary>
    /// As a fault, and so does publishing a reference to an object without synchronization, which .NET's memory model allows.
    /// </summary>
    Strict,
}
