namespace Braid.Tests;

public sealed class BlockedConditionTests() : ConditionContract(World.OfThreads, World.OfThreads.NewLock(), Cast.Blocking);

public sealed class AwaitedConditionTests() : ConditionContract(World.OfThreads, World.OfThreads.NewLock(), Cast.Awaiting);

public sealed class MixedConditionTests() : ConditionContract(World.OfThreads, World.OfThreads.NewLock(), Cast.Mixed);

public sealed class BlockedReentrantConditionTests() : ConditionContract(World.OfThreads, World.OfThreads.NewRLock(), Cast.Blocking);

public sealed class ReentrantConditionTests() : ReentrantConditionContract(World.OfThreads);

public sealed class BlockedSharedConditionTests() : ConditionContract(World.OfProcesses, World.OfProcesses.NewLock(), Cast.Blocking);

public sealed class AwaitedSharedConditionTests() : ConditionContract(World.OfProcesses, World.OfProcesses.NewLock(), Cast.Awaiting);

public sealed class MixedSharedConditionTests() : ConditionContract(World.OfProcesses, World.OfProcesses.NewLock(), Cast.Mixed);

public sealed class BlockedReentrantSharedConditionTests() : ConditionContract(World.OfProcesses, World.OfProcesses.NewRLock(), Cast.Blocking);

public sealed class ReentrantSharedConditionTests() : ReentrantConditionContract(World.OfProcesses);
