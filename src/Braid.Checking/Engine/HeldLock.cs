namespace Braid.Checking.Engine;

/// <summary>A lock that a thread holds.</summary>
/// <param name="Lock">The lock.</param>
/// <param name="Site">Where it was taken.</param>
/// <param name="CallSite">The program's call into the library in which that is, if it is in one.</param>
internal readonly record struct HeldLock(Resource Lock, int Site, int CallSite);
