namespace Braid.Tests;

/// <summary>The contract of barriers, between processes that really are several. The action does not travel: the party that runs it is here.</summary>
[Collection(nameof(ChildActors))]
public sealed class ChildBlockedBarrierTests(ActorStock stock) : BarrierContract(World.OfProcesses, stock.Blocking, Cast.Blocking);

[Collection(nameof(ChildActors))]
public sealed class ChildAwaitedBarrierTests(ActorStock stock) : BarrierContract(World.OfProcesses, stock.Awaiting, Cast.Awaiting);

[Collection(nameof(ChildActors))]
public sealed class ChildMixedBarrierTests(ActorStock stock) : BarrierContract(World.OfProcesses, stock.Mixed, Cast.Mixed);
