using Braid.Threading;

namespace Braid.Tests;

public sealed class BlockedConditionTests : ConditionContract
{
    private readonly Threading.Lock _lock = new();

    protected override ICondition NewCondition() => new Condition(_lock);

    protected override Actor NewActor() => new BlockingActor();

    protected override int LockWaiterCount => _lock.WaiterCount;
}

public sealed class AwaitedConditionTests : ConditionContract
{
    private readonly Threading.Lock _lock = new();

    protected override ICondition NewCondition() => new Condition(_lock);

    protected override Actor NewActor() => new AwaitingActor();

    protected override int LockWaiterCount => _lock.WaiterCount;
}

public sealed class MixedConditionTests : ConditionContract
{
    private readonly Threading.Lock _lock = new();
    private readonly MixedActors _actors = new();

    protected override ICondition NewCondition() => new Condition(_lock);

    protected override Actor NewActor() => _actors.Next();

    protected override int LockWaiterCount => _lock.WaiterCount;
}

public sealed class BlockedReentrantConditionTests : ConditionContract
{
    private readonly RLock _lock = new();

    protected override ICondition NewCondition() => new Condition(_lock);

    protected override Actor NewActor() => new BlockingActor();

    protected override int LockWaiterCount => _lock.WaiterCount;
}
