namespace Braid.Tests;

public abstract class QueueTests(Func<Actor> newActor) : QueueContract(newActor)
{
    protected override IntQueue NewQueue(int maxsize = 0) => new Queues.Queue<int>(maxsize);

    protected override int[] Ordered(params int[] items) => items;
}

public sealed class BlockedQueueTests() : QueueTests(Cast.Blocking);

public sealed class AwaitedQueueTests() : QueueTests(Cast.Awaiting);

public sealed class MixedQueueTests() : QueueTests(Cast.Mixed);
