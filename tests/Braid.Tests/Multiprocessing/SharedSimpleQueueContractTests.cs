namespace Braid.Tests;

/// <summary>The simple queue that processes share, within one of them.</summary>
public abstract class SharedSimpleQueueContractTests(Func<Actor> newActor) : SimpleQueueContract(newActor)
{
    protected override AnySimpleQueue NewQueue() => new Multiprocessing.SimpleQueue<int>();
}

public sealed class BlockedSharedSimpleQueueTests() : SharedSimpleQueueContractTests(Cast.Blocking);

public sealed class AwaitedSharedSimpleQueueTests() : SharedSimpleQueueContractTests(Cast.Awaiting);

public sealed class MixedSharedSimpleQueueTests() : SharedSimpleQueueContractTests(Cast.Mixed);
