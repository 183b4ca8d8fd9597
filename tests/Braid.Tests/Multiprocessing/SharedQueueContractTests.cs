namespace Braid.Tests;

/// <summary>The queue that processes share, within one of them.</summary>
public abstract class SharedQueueContractTests(Func<Actor> newActor) : QueueContract(newActor)
{
    protected override IntQueue NewQueue(int maxsize = 0) => new Multiprocessing.Queue<int>(maxsize);

    protected override int[] Ordered(params int[] items) => items;
}

public sealed class BlockedSharedQueueTests() : SharedQueueContractTests(Cast.Blocking);

public sealed class AwaitedSharedQueueTests() : SharedQueueContractTests(Cast.Awaiting);

public sealed class MixedSharedQueueTests() : SharedQueueContractTests(Cast.Mixed);
