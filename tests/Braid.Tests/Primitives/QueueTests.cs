namespace Braid.Tests;

public sealed class BlockedQueueTests() : QueueContract(World.OfThreads.NewQueue, Cast.Blocking);

public sealed class AwaitedQueueTests() : QueueContract(World.OfThreads.NewQueue, Cast.Awaiting);

public sealed class MixedQueueTests() : QueueContract(World.OfThreads.NewQueue, Cast.Mixed);

public sealed class QueueEnumerationTests() : QueueEnumerationContract(World.OfThreads);

public sealed class BlockedSharedQueueTests() : QueueContract(World.OfProcesses.NewQueue, Cast.Blocking);

public sealed class AwaitedSharedQueueTests() : QueueContract(World.OfProcesses.NewQueue, Cast.Awaiting);

public sealed class MixedSharedQueueTests() : QueueContract(World.OfProcesses.NewQueue, Cast.Mixed);

public sealed class SharedQueueEnumerationTests() : QueueEnumerationContract(World.OfProcesses);
