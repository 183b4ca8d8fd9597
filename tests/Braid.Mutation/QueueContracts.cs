namespace Braid.Tests;

public sealed class BlockedQueueTests() : QueueContract(World.OfThreads.NewQueue, Cast.Blocking);

public sealed class AwaitedQueueTests() : QueueContract(World.OfThreads.NewQueue, Cast.Awaiting);

public sealed class LifoQueueTests() : QueueContract(static maxsize => new Queues.LifoQueue<int>(maxsize), Cast.Blocking)
{
    protected override int[] Ordered(params int[] items) => [.. items.Reverse()];
}

public sealed class PriorityQueueTests() : QueueContract(static maxsize => new Queues.PriorityQueue<int>(maxsize), Cast.Blocking)
{
    protected override int[] Ordered(params int[] items) => [.. items.Order()];
}

public sealed class QueueEnumerationTests() : QueueEnumerationContract(World.OfThreads);

public sealed class FailingQueueTests() : FailingQueueContract(Cast.Mixed);

public sealed class BlockedSimpleQueueTests() : SimpleQueueContract(World.OfThreads, Cast.Blocking);

public sealed class AwaitedSimpleQueueTests() : SimpleQueueContract(World.OfThreads, Cast.Awaiting);
