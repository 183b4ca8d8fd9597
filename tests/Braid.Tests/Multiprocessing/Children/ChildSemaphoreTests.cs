namespace Braid.Tests;

/// <summary>The contract of semaphores, between processes that really are several.</summary>
[Collection(nameof(ChildActors))]
public abstract class ChildSemaphoreTests(Func<Actor> newActor) : SemaphoreContract
{
    protected override ISemaphore NewSemaphore(int value = 1) => new Multiprocessing.Semaphore(value);

    protected override Actor NewActor() => newActor();
}

public sealed class ChildBlockedSemaphoreTests(ActorStock stock) : ChildSemaphoreTests(stock.Blocking);

public sealed class ChildAwaitedSemaphoreTests(ActorStock stock) : ChildSemaphoreTests(stock.Awaiting);

public sealed class ChildMixedSemaphoreTests(ActorStock stock) : ChildSemaphoreTests(stock.Mixed);

[Collection(nameof(ChildActors))]
public abstract class ChildBoundedSemaphoreTests(Func<Actor> newActor) : SemaphoreContract
{
    protected override ISemaphore NewSemaphore(int value = 1) => new Multiprocessing.BoundedSemaphore(value);

    protected override Actor NewActor() => newActor();
}

public sealed class ChildBlockedBoundedSemaphoreTests(ActorStock stock) : ChildBoundedSemaphoreTests(stock.Blocking);

public sealed class ChildAwaitedBoundedSemaphoreTests(ActorStock stock) : ChildBoundedSemaphoreTests(stock.Awaiting);

public sealed class ChildMixedBoundedSemaphoreTests(ActorStock stock) : ChildBoundedSemaphoreTests(stock.Mixed);
