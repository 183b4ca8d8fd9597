namespace Braid.Checking.Engine;

/// <summary>A lock that a thread holds.</summary>
/// <param name="Lock">The lock.</param>
/// <param name="Site">Where it was taken.</param>
internal readonly record struct HeldLock(Resource Lock, int Site);
