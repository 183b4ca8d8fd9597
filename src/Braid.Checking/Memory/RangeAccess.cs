namespace Braid.Checking.Memory;

/// <summary>What one call of .NET did to a range of memory: it read all of it, or wrote all of it.</summary>
/// <param name="Start">Address of the first byte.</param>
/// <param name="End">Address after the last byte.</param>
/// <param name="When">The thread, and its own time.</param>
/// <param name="Writes">Whether the call changed the range.</param>
internal record struct RangeAccess(nuint Start, nuint End, Epoch When, bool Writes)
{
    /// <summary>The site of the call.</summary>
    public int Site { get; set; }

    /// <summary>The site that a report shows for it.</summary>
    public int Shown { get; set; }

    /// <summary>The run's time.</summary>
    public int Tick { get; set; }

    public readonly bool Covers(nuint address) => address - Start < End - Start;

    public readonly bool Overlaps(nuint start, nuint end) => start < End && Start < end;
}
