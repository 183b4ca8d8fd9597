namespace Braid.Checking.Memory;

/// <summary>What one call of .NET's did to a range of memory: it read all of it, or wrote all of it.</summary>
/// <param name="Start">Address of its first byte.</param>
/// <param name="End">Address behind its last byte.</param>
/// <param name="When">By which thread, and when in that thread's own time.</param>
/// <param name="Writes">Whether it changed the range.</param>
internal record struct RangeAccess(nuint Start, nuint End, Epoch When, bool Writes)
{
    /// <summary>Where in the code.</summary>
    public int Site { get; set; }

    /// <summary>That place as a report shows it.</summary>
    public int Shown { get; set; }

    /// <summary>The run's time.</summary>
    public int Tick { get; set; }

    public readonly bool Covers(nuint address) => address - Start < End - Start;

    public readonly bool Overlaps(nuint start, nuint end) => start < End && Start < end;
}
