namespace Braid.Tests;

public sealed class BlockedEventTests : EventContract
{
    protected override IEvent NewEvent() => new Threading.Event();

    protected override Actor NewActor() => new BlockingActor();
}

public sealed class AwaitedEventTests : EventContract
{
    protected override IEvent NewEvent() => new Threading.Event();

    protected override Actor NewActor() => new AwaitingActor();
}

public sealed class MixedEventTests : EventContract
{
    private readonly MixedActors _actors = new();

    protected override IEvent NewEvent() => new Threading.Event();

    protected override Actor NewActor() => _actors.Next();
}
