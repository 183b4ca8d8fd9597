using Braid.Threading;

namespace Braid.Tests;

public sealed class BlockedLockTests : PlainLockContract
{
    protected override ILock NewLock() => new Threading.Lock();

    protected override Actor NewActor() => new BlockingActor();

    protected override int WaiterCount(ILock mutex) => ((Threading.Lock)mutex).WaiterCount;
}

public sealed class AwaitedLockTests : AwaitedLockContract
{
    protected override ILock NewLock() => new Threading.Lock();

    protected override int WaiterCount(ILock mutex) => ((Threading.Lock)mutex).WaiterCount;
}

public sealed class MixedLockTests : PlainLockContract
{
    private readonly MixedActors _actors = new();

    protected override ILock NewLock() => new Threading.Lock();

    protected override Actor NewActor() => _actors.Next();

    protected override int WaiterCount(ILock mutex) => ((Threading.Lock)mutex).WaiterCount;
}

public sealed class BlockedConditionAsLockTests : PlainLockContract
{
    private Threading.Lock _lock = new();

    protected override ILock NewLock() => new Condition(_lock = new Threading.Lock());

    protected override Actor NewActor() => new BlockingActor();

    protected override int WaiterCount(ILock mutex) => _lock.WaiterCount;
}

public sealed class AwaitedConditionAsLockTests : AwaitedLockContract
{
    private Threading.Lock _lock = new();

    protected override ILock NewLock() => new Condition(_lock = new Threading.Lock());

    protected override int WaiterCount(ILock mutex) => _lock.WaiterCount;
}
