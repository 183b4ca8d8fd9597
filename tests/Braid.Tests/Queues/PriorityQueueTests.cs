namespace Braid.Tests;

public abstract class PriorityQueueTests(Func<Actor> newActor) : QueueContract(static maxsize => new Queues.PriorityQueue<int>(maxsize), newActor)
{
    protected override int[] Ordered(params int[] items) => [.. items.Order()];
}

public sealed class BlockedPriorityQueueTests() : PriorityQueueTests(Cast.Blocking);

public sealed class AwaitedPriorityQueueTests() : PriorityQueueTests(Cast.Awaiting);

public sealed class MixedPriorityQueueTests() : PriorityQueueTests(Cast.Mixed);
