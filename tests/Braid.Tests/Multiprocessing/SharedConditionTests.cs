using Braid.Multiprocessing;

namespace Braid.Tests;

public sealed class BlockedSharedConditionTests : ConditionContract
{
    private readonly Multiprocessing.Lock _lock = new();

    protected override ICondition NewCondition() => new Condition(_lock);

    protected override Actor NewActor() => new BlockingActor();

    protected override int LockWaiterCount => _lock.WaiterCount;
}

public sealed class AwaitedSharedConditionTests : ConditionContract
{
    private readonly Multiprocessing.Lock _lock = new();

    protected override ICondition NewCondition() => new Condition(_lock);

    protected override Actor NewActor() => new AwaitingActor();

    protected override int LockWaiterCount => _lock.WaiterCount;
}

public sealed class MixedSharedConditionTests : ConditionContract
{
    private readonly Multiprocessing.Lock _lock = new();
    private readonly MixedActors _actors = new();

    protected override ICondition NewCondition() => new Condition(_lock);

    protected override Actor NewActor() => _actors.Next();

    protected override int LockWaiterCount => _lock.WaiterCount;
}

public sealed class BlockedReentrantSharedConditionTests : ConditionContract
{
    private readonly RLock _lock = new();

    protected override ICondition NewCondition() => new Condition(_lock);

    protected override Actor NewActor() => new BlockingActor();

    protected override int LockWaiterCount => _lock.WaiterCount;
}
