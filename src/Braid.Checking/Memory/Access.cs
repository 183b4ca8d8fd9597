namespace Braid.Checking.Memory;

/// <summary>An access to a memory location. The default means none.</summary>
/// <param name="Thread">Index of the thread.</param>
/// <param name="Site">The site of the access.</param>
/// <param name="Writes">Whether it changed the location.</param>
/// <param name="Shown">The site that a report shows for it.</param>
internal readonly record struct Access(int Thread, int Site, bool Writes, int Shown)
{
    public bool IsNone => Site == 0;
}
