namespace Braid.Tests;

/// <summary>The contract of barriers, between processes that really are several. The action does not travel: who acts is here.</summary>
[Collection(nameof(ChildActors))]
public abstract class ChildBarrierTests(Func<Actor> newActor, Func<Actor> newActingActor) : BarrierContract
{
    protected override IBarrier NewBarrier(int parties, Action? action, TimeSpan? timeout) => new Multiprocessing.Barrier(parties, action, timeout);

    protected override Actor NewActor() => newActor();

    protected override Actor NewActingActor() => newActingActor();
}

public sealed class ChildBlockedBarrierTests(ActorStock stock) : ChildBarrierTests(stock.Blocking, Cast.Blocking);

public sealed class ChildAwaitedBarrierTests(ActorStock stock) : ChildBarrierTests(stock.Awaiting, Cast.Awaiting);

public sealed class ChildMixedBarrierTests(ActorStock stock) : ChildBarrierTests(stock.Mixed, Cast.Mixed);
