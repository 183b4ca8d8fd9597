namespace Braid.Checking.Engine;

/// <summary>A lock that a thread holds.</summary>
/// <param name="Lock">The lock.</param>
/// <param name="Site">Where the thread acquired it.</param>
/// <param name="CallSite">The program's last call into a library before that.</param>
internal readonly record struct HeldLock(Resource Lock, int Site, int CallSite);
