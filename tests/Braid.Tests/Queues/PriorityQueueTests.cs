namespace Braid.Tests;

public abstract class PriorityQueueTests(Func<Actor> newActor) : QueueContract(newActor)
{
    protected override IntQueue NewQueue(int maxsize = 0) => new Queues.PriorityQueue<int>(maxsize);

    protected override int[] Ordered(params int[] items) => [.. items.Order()];
}

public sealed class BlockedPriorityQueueTests() : PriorityQueueTests(Cast.Blocking);

public sealed class AwaitedPriorityQueueTests() : PriorityQueueTests(Cast.Awaiting);

public sealed class MixedPriorityQueueTests() : PriorityQueueTests(Cast.Mixed);
