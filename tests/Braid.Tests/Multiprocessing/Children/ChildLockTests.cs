namespace Braid.Tests;

/// <summary>The contracts of locks, between processes that really are several.</summary>
[Collection(nameof(ChildActors))]
public sealed class ChildBlockedLockTests(ActorStock stock) : PlainLockContract(World.OfProcesses.NewLock, stock.Blocking);

[Collection(nameof(ChildActors))]
public sealed class ChildAwaitedLockTests(ActorStock stock) : PlainLockContract(World.OfProcesses.NewLock, stock.Awaiting);

[Collection(nameof(ChildActors))]
public sealed class ChildMixedLockTests(ActorStock stock) : PlainLockContract(World.OfProcesses.NewLock, stock.Mixed);

[Collection(nameof(ChildActors))]
public sealed class ChildBlockedConditionAsLockTests(ActorStock stock) : PlainLockContract(World.OfProcesses.NewConditionAsLock, stock.Blocking);

[Collection(nameof(ChildActors))]
public sealed class ChildAwaitedConditionAsLockTests(ActorStock stock) : PlainLockContract(World.OfProcesses.NewConditionAsLock, stock.Awaiting);

[Collection(nameof(ChildActors))]
public sealed class ChildBlockedRLockTests(ActorStock stock) : RLockContract(World.OfProcesses.NewRLock, stock.Blocking);

[Collection(nameof(ChildActors))]
public sealed class ChildMixedRLockTests(ActorStock stock) : RLockContract(World.OfProcesses.NewRLock, stock.MixedBlocking);

[Collection(nameof(ChildActors))]
public sealed class ChildConditionAsRLockTests(ActorStock stock) : RLockContract(World.OfProcesses.NewConditionAsRLock, stock.Blocking);
