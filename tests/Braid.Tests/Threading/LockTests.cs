using Braid.Threading;

namespace Braid.Tests;

public sealed class BlockedLockTests : LockContract
{
    protected override ILock NewLock() => new Threading.Lock();

    protected override Actor NewActor() => new BlockingActor();

    protected override int WaiterCount(ILock mutex) => ((Threading.Lock)mutex).WaiterCount;
}

public sealed class AwaitedLockTests : LockContract
{
    protected override ILock NewLock() => new Threading.Lock();

    protected override Actor NewActor() => new AwaitingActor();

    protected override int WaiterCount(ILock mutex) => ((Threading.Lock)mutex).WaiterCount;
}

public sealed class BlockedRLockTests : LockContract
{
    protected override ILock NewLock() => new Threading.RLock();

    protected override Actor NewActor() => new BlockingActor();

    protected override int WaiterCount(ILock mutex) => ((Threading.RLock)mutex).WaiterCount;
}
