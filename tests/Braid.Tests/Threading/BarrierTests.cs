namespace Braid.Tests;

public sealed class BlockedBarrierTests : BarrierContract
{
    protected override IBarrier NewBarrier(int parties, Action? action, TimeSpan? timeout) => new Threading.Barrier(parties, action, timeout);

    protected override Actor NewActor() => new BlockingActor();
}

public sealed class AwaitedBarrierTests : BarrierContract
{
    protected override IBarrier NewBarrier(int parties, Action? action, TimeSpan? timeout) => new Threading.Barrier(parties, action, timeout);

    protected override Actor NewActor() => new AwaitingActor();
}

public sealed class MixedBarrierTests : BarrierContract
{
    private readonly MixedActors _actors = new();

    protected override IBarrier NewBarrier(int parties, Action? action, TimeSpan? timeout) => new Threading.Barrier(parties, action, timeout);

    protected override Actor NewActor() => _actors.Next();
}
