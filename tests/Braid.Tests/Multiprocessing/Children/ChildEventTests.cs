namespace Braid.Tests;

/// <summary>The contract of events, between processes that really are several.</summary>
[Collection(nameof(ChildActors))]
public sealed class ChildBlockedEventTests(ActorStock stock) : EventContract(World.OfProcesses, stock.Blocking);

[Collection(nameof(ChildActors))]
public sealed class ChildAwaitedEventTests(ActorStock stock) : EventContract(World.OfProcesses, stock.Awaiting);

[Collection(nameof(ChildActors))]
public sealed class ChildMixedEventTests(ActorStock stock) : EventContract(World.OfProcesses, stock.Mixed);
