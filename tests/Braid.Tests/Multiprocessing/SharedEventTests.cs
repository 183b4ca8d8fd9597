namespace Braid.Tests;

public sealed class BlockedSharedEventTests : EventContract
{
    protected override IEvent NewEvent() => new Multiprocessing.Event();

    protected override Actor NewActor() => new BlockingActor();
}

public sealed class AwaitedSharedEventTests : EventContract
{
    protected override IEvent NewEvent() => new Multiprocessing.Event();

    protected override Actor NewActor() => new AwaitingActor();
}

public sealed class MixedSharedEventTests : EventContract
{
    private readonly MixedActors _actors = new();

    protected override IEvent NewEvent() => new Multiprocessing.Event();

    protected override Actor NewActor() => _actors.Next();
}
