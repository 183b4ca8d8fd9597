using Braid.Threading;

namespace Braid.Tests;

/// <summary>The contract of conditions, between processes that really are several.</summary>
[Collection(nameof(ChildActors))]
public abstract class ChildConditionTests(ILock mutex, Func<Actor> newActor) : ConditionContract(World.OfProcesses, mutex, newActor)
{
    protected override Tally NewTally() => new SharedTally(1);
}

public sealed class ChildBlockedConditionTests(ActorStock stock) : ChildConditionTests(World.OfProcesses.NewLock(), stock.Blocking);

public sealed class ChildAwaitedConditionTests(ActorStock stock) : ChildConditionTests(World.OfProcesses.NewLock(), stock.Awaiting);

public sealed class ChildMixedConditionTests(ActorStock stock) : ChildConditionTests(World.OfProcesses.NewLock(), stock.Mixed);

public sealed class ChildBlockedReentrantConditionTests(ActorStock stock) : ChildConditionTests(World.OfProcesses.NewRLock(), stock.Blocking);

public sealed class ChildMixedReentrantConditionTests(ActorStock stock) : ChildConditionTests(World.OfProcesses.NewRLock(), stock.MixedBlocking);
