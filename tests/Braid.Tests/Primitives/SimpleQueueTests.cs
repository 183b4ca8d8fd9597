namespace Braid.Tests;

public sealed class BlockedSimpleQueueTests() : SimpleQueueContract(World.OfThreads, Cast.Blocking);

public sealed class AwaitedSimpleQueueTests() : SimpleQueueContract(World.OfThreads, Cast.Awaiting);

public sealed class MixedSimpleQueueTests() : SimpleQueueContract(World.OfThreads, Cast.Mixed);

public sealed class BlockedSharedSimpleQueueTests() : SimpleQueueContract(World.OfProcesses, Cast.Blocking);

public sealed class AwaitedSharedSimpleQueueTests() : SimpleQueueContract(World.OfProcesses, Cast.Awaiting);

public sealed class MixedSharedSimpleQueueTests() : SimpleQueueContract(World.OfProcesses, Cast.Mixed);
