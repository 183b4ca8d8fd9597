namespace Braid.Tests;

public sealed class BlockedBarrierTests : BarrierContract
{
    protected override Actor NewActor() => new BlockingActor();
}

public sealed class AwaitedBarrierTests : BarrierContract
{
    protected override Actor NewActor() => new AwaitingActor();
}

public sealed class MixedBarrierTests : BarrierContract
{
    private readonly MixedActors _actors = new();

    protected override Actor NewActor() => _actors.Next();
}
