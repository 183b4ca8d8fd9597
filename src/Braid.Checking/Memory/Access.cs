namespace Braid.Checking.Memory;

/// <summary>An access to a place in memory. The default means none.</summary>
/// <param name="Thread">Number of the thread.</param>
/// <param name="Site">Where in the code.</param>
/// <param name="Writes">Whether it changed the place.</param>
/// <param name="Shown">That place as a report shows it.</param>
internal readonly record struct Access(int Thread, int Site, bool Writes, int Shown)
{
    public bool IsNone => Site == 0;
}
