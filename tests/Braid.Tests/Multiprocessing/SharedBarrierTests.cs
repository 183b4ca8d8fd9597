namespace Braid.Tests;

public sealed class BlockedSharedBarrierTests : BarrierContract
{
    protected override IBarrier NewBarrier(int parties, Action? action, TimeSpan? timeout) => new Multiprocessing.Barrier(parties, action, timeout);

    protected override Actor NewActor() => new BlockingActor();
}

public sealed class AwaitedSharedBarrierTests : BarrierContract
{
    protected override IBarrier NewBarrier(int parties, Action? action, TimeSpan? timeout) => new Multiprocessing.Barrier(parties, action, timeout);

    protected override Actor NewActor() => new AwaitingActor();
}

public sealed class MixedSharedBarrierTests : BarrierContract
{
    private readonly MixedActors _actors = new();

    protected override IBarrier NewBarrier(int parties, Action? action, TimeSpan? timeout) => new Multiprocessing.Barrier(parties, action, timeout);

    protected override Actor NewActor() => _actors.Next();
}
