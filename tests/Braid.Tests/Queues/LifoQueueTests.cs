namespace Braid.Tests;

public abstract class LifoQueueTests(Func<Actor> newActor) : QueueContract(static maxsize => new Queues.LifoQueue<int>(maxsize), newActor)
{
    protected override int[] Ordered(params int[] items) => [.. items.Reverse()];
}

public sealed class BlockedLifoQueueTests() : LifoQueueTests(Cast.Blocking);

public sealed class AwaitedLifoQueueTests() : LifoQueueTests(Cast.Awaiting);

public sealed class MixedLifoQueueTests() : LifoQueueTests(Cast.Mixed);
