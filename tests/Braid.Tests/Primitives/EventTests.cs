namespace Braid.Tests;

public sealed class BlockedEventTests() : EventContract(World.OfThreads, Cast.Blocking);

public sealed class AwaitedEventTests() : EventContract(World.OfThreads, Cast.Awaiting);

public sealed class MixedEventTests() : EventContract(World.OfThreads, Cast.Mixed);

public sealed class BlockedSharedEventTests() : EventContract(World.OfProcesses, Cast.Blocking);

public sealed class AwaitedSharedEventTests() : EventContract(World.OfProcesses, Cast.Awaiting);

public sealed class MixedSharedEventTests() : EventContract(World.OfProcesses, Cast.Mixed);
