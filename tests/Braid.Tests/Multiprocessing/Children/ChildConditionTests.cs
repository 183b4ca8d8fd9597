using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>The contract of conditions, between processes that really are several.</summary>
[Collection(nameof(ChildActors))]
public abstract class ChildConditionTests(Func<Actor> newActor) : ConditionContract
{
    private readonly Multiprocessing.Lock _lock = new();

    protected override ICondition NewCondition() => new Condition(_lock);

    protected override Actor NewActor() => newActor();

    protected override Tally NewTally() => new SharedTally(1);

    protected override int LockWaiterCount => _lock.WaiterCount;
}

public sealed class ChildBlockedConditionTests(ActorStock stock) : ChildConditionTests(stock.Blocking);

public sealed class ChildAwaitedConditionTests(ActorStock stock) : ChildConditionTests(stock.Awaiting);

public sealed class ChildMixedConditionTests(ActorStock stock) : ChildConditionTests(stock.Mixed);

[Collection(nameof(ChildActors))]
public abstract class ChildReentrantConditionTests(Func<Actor> newActor) : ConditionContract
{
    private readonly RLock _lock = new();

    protected override ICondition NewCondition() => new Condition(_lock);

    protected override Actor NewActor() => newActor();

    protected override Tally NewTally() => new SharedTally(1);

    protected override int LockWaiterCount => _lock.WaiterCount;
}

public sealed class ChildBlockedReentrantConditionTests(ActorStock stock) : ChildReentrantConditionTests(stock.Blocking);

public sealed class ChildMixedReentrantConditionTests(ActorStock stock) : ChildReentrantConditionTests(stock.MixedBlocking);
