namespace Braid.Tests;

/// <summary>The contract of semaphores, between processes that really are several.</summary>
[Collection(nameof(ChildActors))]
public sealed class ChildBlockedSemaphoreTests(ActorStock stock) : SemaphoreContract(World.OfProcesses.NewSemaphore, stock.Blocking);

[Collection(nameof(ChildActors))]
public sealed class ChildAwaitedSemaphoreTests(ActorStock stock) : SemaphoreContract(World.OfProcesses.NewSemaphore, stock.Awaiting);

[Collection(nameof(ChildActors))]
public sealed class ChildMixedSemaphoreTests(ActorStock stock) : SemaphoreContract(World.OfProcesses.NewSemaphore, stock.Mixed);

[Collection(nameof(ChildActors))]
public sealed class ChildBlockedBoundedSemaphoreTests(ActorStock stock) : SemaphoreContract(World.OfProcesses.NewBoundedSemaphore, stock.Blocking);

[Collection(nameof(ChildActors))]
public sealed class ChildAwaitedBoundedSemaphoreTests(ActorStock stock) : SemaphoreContract(World.OfProcesses.NewBoundedSemaphore, stock.Awaiting);

[Collection(nameof(ChildActors))]
public sealed class ChildMixedBoundedSemaphoreTests(ActorStock stock) : SemaphoreContract(World.OfProcesses.NewBoundedSemaphore, stock.Mixed);
