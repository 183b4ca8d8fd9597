namespace Braid.Tests;

/// <summary>The contract of queues, between processes that really are several.</summary>
[Collection(nameof(ChildActors))]
public abstract class ChildQueueTests(Func<Actor> newActor) : QueueContract(World.OfProcesses.NewQueue, newActor)
{
    protected override int Messages => 1 << 11;

    protected override Tally NewTally(int places = 1) => new SharedTally(places);
}

public sealed class ChildBlockedQueueTests(ActorStock stock) : ChildQueueTests(stock.Blocking);

public sealed class ChildAwaitedQueueTests(ActorStock stock) : ChildQueueTests(stock.Awaiting);

public sealed class ChildMixedQueueTests(ActorStock stock) : ChildQueueTests(stock.Mixed);

[Collection(nameof(ChildActors))]
public abstract class ChildSimpleQueueTests(Func<Actor> newActor) : SimpleQueueContract(World.OfProcesses, newActor)
{
    protected override int Crowd => 4;   // processes, not threads

    protected override Tally NewTally() => new SharedTally(1);
}

public sealed class ChildBlockedSimpleQueueTests(ActorStock stock) : ChildSimpleQueueTests(stock.Blocking);

public sealed class ChildAwaitedSimpleQueueTests(ActorStock stock) : ChildSimpleQueueTests(stock.Awaiting);

public sealed class ChildMixedSimpleQueueTests(ActorStock stock) : ChildSimpleQueueTests(stock.Mixed);
