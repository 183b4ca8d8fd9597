namespace Braid.Tests;

public abstract class LifoQueueTests(Func<Actor> newActor) : QueueContract(newActor)
{
    protected override IntQueue NewQueue(int maxsize = 0) => new Queues.LifoQueue<int>(maxsize);

    protected override int[] Ordered(params int[] items) => [.. items.Reverse()];
}

public sealed class BlockedLifoQueueTests() : LifoQueueTests(Cast.Blocking);

public sealed class AwaitedLifoQueueTests() : LifoQueueTests(Cast.Awaiting);

public sealed class MixedLifoQueueTests() : LifoQueueTests(Cast.Mixed);
