namespace Braid.Tests;

// Each contract once with blocking and once with awaiting actors. That mixed ones agree is for Braid.Tests to show.

public sealed class BlockedLockTests() : PlainLockContract(World.OfThreads.NewLock, Cast.Blocking);

public sealed class AwaitedLockTests() : AwaitedLockContract(World.OfThreads.NewLock);

public sealed class RLockTests() : RLockContract(World.OfThreads.NewRLock, Cast.Blocking);

public sealed class RLockDepthTests() : LockDepthContract(World.OfThreads);

public sealed class ConditionAsLockTests() : AwaitedLockContract(World.OfThreads.NewConditionAsLock);

public sealed class ConditionAsRLockTests() : RLockContract(World.OfThreads.NewConditionAsRLock, Cast.Blocking);

public sealed class BlockedConditionTests() : ConditionContract(World.OfThreads, World.OfThreads.NewLock(), Cast.Blocking);

public sealed class AwaitedConditionTests() : ConditionContract(World.OfThreads, World.OfThreads.NewLock(), Cast.Awaiting);

public sealed class ReentrantConditionTests() : ReentrantConditionContract(World.OfThreads);

public sealed class BlockedSemaphoreTests() : SemaphoreContract(World.OfThreads.NewSemaphore, Cast.Blocking);

public sealed class AwaitedSemaphoreTests() : AwaitedSemaphoreContract(World.OfThreads.NewSemaphore);

public sealed class UnboundedSemaphoreTests() : UnboundedSemaphoreContract(World.OfThreads);

public sealed class BoundedSemaphoreTests() : BoundedSemaphoreContract(World.OfThreads);

public sealed class BlockedEventTests() : EventContract(World.OfThreads, Cast.Blocking);

public sealed class AwaitedEventTests() : EventContract(World.OfThreads, Cast.Awaiting);

public sealed class BlockedBarrierTests() : BarrierContract(World.OfThreads, Cast.Blocking);

public sealed class AwaitedBarrierTests() : BarrierContract(World.OfThreads, Cast.Awaiting);

public sealed class InterruptedLockTests() : InterruptedLockContract(World.OfThreads);

public sealed class InterruptedSemaphoreTests() : InterruptedSemaphoreContract(World.OfThreads);

public sealed class InterruptedEventTests() : InterruptedEventContract(World.OfThreads);

public sealed class InterruptedConditionTests() : InterruptedConditionContract(World.OfThreads);
