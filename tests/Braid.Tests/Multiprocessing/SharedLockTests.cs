using Braid.Threading;

namespace Braid.Tests;

public sealed class BlockedSharedLockTests : PlainLockContract
{
    protected override ILock NewLock() => new Multiprocessing.Lock();

    protected override Actor NewActor() => new BlockingActor();

    protected override int WaiterCount(ILock mutex) => ((Multiprocessing.Lock)mutex).WaiterCount;
}

public sealed class AwaitedSharedLockTests : AwaitedLockContract
{
    protected override ILock NewLock() => new Multiprocessing.Lock();

    protected override int WaiterCount(ILock mutex) => ((Multiprocessing.Lock)mutex).WaiterCount;
}

public sealed class MixedSharedLockTests : PlainLockContract
{
    private readonly MixedActors _actors = new();

    protected override ILock NewLock() => new Multiprocessing.Lock();

    protected override Actor NewActor() => _actors.Next();

    protected override int WaiterCount(ILock mutex) => ((Multiprocessing.Lock)mutex).WaiterCount;
}

public sealed class SharedRLockTests : RLockContract
{
    protected override ILock NewLock() => new Multiprocessing.RLock();

    protected override int WaiterCount(ILock mutex) => ((Multiprocessing.RLock)mutex).WaiterCount;
}

public sealed class BlockedSharedConditionAsLockTests : PlainLockContract
{
    private Multiprocessing.Lock _lock = new();

    protected override ILock NewLock() => new Multiprocessing.Condition(_lock = new Multiprocessing.Lock());

    protected override Actor NewActor() => new BlockingActor();

    protected override int WaiterCount(ILock mutex) => _lock.WaiterCount;
}

public sealed class AwaitedSharedConditionAsLockTests : AwaitedLockContract
{
    private Multiprocessing.Lock _lock = new();

    protected override ILock NewLock() => new Multiprocessing.Condition(_lock = new Multiprocessing.Lock());

    protected override int WaiterCount(ILock mutex) => _lock.WaiterCount;
}

public sealed class SharedConditionAsRLockTests : RLockContract
{
    private Multiprocessing.RLock _lock = new();

    protected override ILock NewLock() => new Multiprocessing.Condition(_lock = new Multiprocessing.RLock());

    protected override int WaiterCount(ILock mutex) => _lock.WaiterCount;
}
