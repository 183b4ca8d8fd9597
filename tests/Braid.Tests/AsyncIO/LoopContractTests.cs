namespace Braid.Tests;

/// <summary>The contracts of asyncio's primitives and queues, over those of Threading and Queues, inside an event loop.</summary>
public sealed class LoopEventTests() : EventContract(World.OfThreads, static () => new LoopActor());

public sealed class LoopLockTests() : PlainLockContract(World.OfThreads.NewLock, static () => new LoopActor());

public sealed class LoopConditionTests() : ConditionContract(World.OfThreads, World.OfThreads.NewLock(), static () => new LoopActor());

public sealed class LoopSemaphoreTests() : SemaphoreContract(World.OfThreads.NewSemaphore, static () => new LoopActor());

public sealed class LoopBoundedSemaphoreTests() : SemaphoreContract(World.OfThreads.NewBoundedSemaphore, static () => new LoopActor());

/// <remarks>The barrier's action blocks, which would block the loop, so it runs elsewhere; asyncio's has none.</remarks>
public sealed class LoopBarrierTests() : BarrierContract(World.OfThreads, static () => new LoopActor(), newActingActor: Cast.Blocking);

public sealed class LoopQueueTests() : QueueContract(World.OfThreads.NewQueue, static () => new LoopActor());

public sealed class LoopLifoQueueTests() : LifoQueueTests(static () => new LoopActor());

public sealed class LoopPriorityQueueTests() : PriorityQueueTests(static () => new LoopActor());

public sealed class LoopSimpleQueueTests() : SimpleQueueContract(World.OfThreads, static () => new LoopActor());

public sealed class LoopFutureTests() : FutureContract(static () => new LoopActor());
