namespace Braid.Tests;

public sealed class BlockedLockTests() : PlainLockContract(World.OfThreads.NewLock, Cast.Blocking);

public sealed class AwaitedLockTests() : AwaitedLockContract(World.OfThreads.NewLock);

public sealed class MixedLockTests() : PlainLockContract(World.OfThreads.NewLock, Cast.Mixed);

public sealed class RLockTests() : RLockContract(World.OfThreads.NewRLock, Cast.Blocking);

public sealed class RLockDepthTests() : LockDepthContract(World.OfThreads);

public sealed class BlockedConditionAsLockTests() : PlainLockContract(World.OfThreads.NewConditionAsLock, Cast.Blocking);

public sealed class AwaitedConditionAsLockTests() : AwaitedLockContract(World.OfThreads.NewConditionAsLock);

public sealed class ConditionAsRLockTests() : RLockContract(World.OfThreads.NewConditionAsRLock, Cast.Blocking);

public sealed class BlockedSharedLockTests() : PlainLockContract(World.OfProcesses.NewLock, Cast.Blocking);

public sealed class AwaitedSharedLockTests() : AwaitedLockContract(World.OfProcesses.NewLock);

public sealed class MixedSharedLockTests() : PlainLockContract(World.OfProcesses.NewLock, Cast.Mixed);

public sealed class SharedRLockTests() : RLockContract(World.OfProcesses.NewRLock, Cast.Blocking);

public sealed class SharedRLockDepthTests() : LockDepthContract(World.OfProcesses);

public sealed class BlockedSharedConditionAsLockTests() : PlainLockContract(World.OfProcesses.NewConditionAsLock, Cast.Blocking);

public sealed class AwaitedSharedConditionAsLockTests() : AwaitedLockContract(World.OfProcesses.NewConditionAsLock);

public sealed class SharedConditionAsRLockTests() : RLockContract(World.OfProcesses.NewConditionAsRLock, Cast.Blocking);
