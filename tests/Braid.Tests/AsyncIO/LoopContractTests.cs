using Braid.Threading;

namespace Braid.Tests;

/// <summary>The contracts of asyncio's primitives and queues, over those of Threading and Queues, inside an event loop.</summary>
public sealed class LoopEventTests : EventContract
{
    protected override IEvent NewEvent() => new Threading.Event();

    protected override Actor NewActor() => new LoopActor();
}

public sealed class LoopLockTests : PlainLockContract
{
    protected override ILock NewLock() => new Threading.Lock();

    protected override Actor NewActor() => new LoopActor();

    protected override int WaiterCount(ILock mutex) => ((Threading.Lock)mutex).WaiterCount;
}

public sealed class LoopConditionTests : ConditionContract
{
    private readonly Threading.Lock _lock = new();

    protected override ICondition NewCondition() => new Condition(_lock);

    protected override Actor NewActor() => new LoopActor();

    protected override int LockWaiterCount => _lock.WaiterCount;
}

public sealed class LoopSemaphoreTests : SemaphoreContract
{
    protected override ISemaphore NewSemaphore(int value = 1) => new Threading.Semaphore(value);

    protected override Actor NewActor() => new LoopActor();
}

public sealed class LoopBoundedSemaphoreTests : SemaphoreContract
{
    protected override ISemaphore NewSemaphore(int value = 1) => new Threading.BoundedSemaphore(value);

    protected override Actor NewActor() => new LoopActor();
}

public sealed class LoopBarrierTests : BarrierContract
{
    protected override IBarrier NewBarrier(int parties, Action? action, TimeSpan? timeout) => new Threading.Barrier(parties, action, timeout);

    protected override Actor NewActor() => new LoopActor();

    protected override Actor NewActingActor() => new BlockingActor();   // its action blocks, which would block the loop; asyncio's has none
}

public sealed class LoopQueueTests() : QueueTests(static () => new LoopActor());

public sealed class LoopLifoQueueTests() : LifoQueueTests(static () => new LoopActor());

public sealed class LoopPriorityQueueTests() : PriorityQueueTests(static () => new LoopActor());

public sealed class LoopSimpleQueueTests() : SimpleQueueContract(static () => new LoopActor());

public sealed class LoopFutureTests() : FutureContract(static () => new LoopActor());
