namespace Braid.Tests;

/// <summary>The contract of events, between processes that really are several.</summary>
[Collection(nameof(ChildActors))]
public abstract class ChildEventTests(Func<Actor> newActor) : EventContract
{
    protected override IEvent NewEvent() => new Multiprocessing.Event();

    protected override Actor NewActor() => newActor();
}

public sealed class ChildBlockedEventTests(ActorStock stock) : ChildEventTests(stock.Blocking);

public sealed class ChildAwaitedEventTests(ActorStock stock) : ChildEventTests(stock.Awaiting);

public sealed class ChildMixedEventTests(ActorStock stock) : ChildEventTests(stock.Mixed);
