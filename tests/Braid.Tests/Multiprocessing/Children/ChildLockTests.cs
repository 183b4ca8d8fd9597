using Braid.Threading;

namespace Braid.Tests;

/// <summary>The contracts of locks, between processes that really are several.</summary>
[Collection(nameof(ChildActors))]
public abstract class ChildLockTests(Func<Actor> newActor) : PlainLockContract
{
    protected override ILock NewLock() => new Multiprocessing.Lock();

    protected override Actor NewActor() => newActor();

    protected override int WaiterCount(ILock mutex) => ((Multiprocessing.Lock)mutex).WaiterCount;
}

public sealed class ChildBlockedLockTests(ActorStock stock) : ChildLockTests(stock.Blocking);

public sealed class ChildAwaitedLockTests(ActorStock stock) : ChildLockTests(stock.Awaiting);

public sealed class ChildMixedLockTests(ActorStock stock) : ChildLockTests(stock.Mixed);

[Collection(nameof(ChildActors))]
public abstract class ChildConditionAsLockTests(Func<Actor> newActor) : PlainLockContract
{
    private Multiprocessing.Lock _lock = new();

    protected override ILock NewLock() => new Multiprocessing.Condition(_lock = new Multiprocessing.Lock());

    protected override Actor NewActor() => newActor();

    protected override int WaiterCount(ILock mutex) => _lock.WaiterCount;
}

public sealed class ChildBlockedConditionAsLockTests(ActorStock stock) : ChildConditionAsLockTests(stock.Blocking);

public sealed class ChildAwaitedConditionAsLockTests(ActorStock stock) : ChildConditionAsLockTests(stock.Awaiting);

[Collection(nameof(ChildActors))]
public abstract class ChildRLockTests(Func<Actor> newActor) : RLockContract
{
    protected override ILock NewLock() => new Multiprocessing.RLock();

    protected override Actor NewActor() => newActor();

    protected override int WaiterCount(ILock mutex) => ((Multiprocessing.RLock)mutex).WaiterCount;
}

public sealed class ChildBlockedRLockTests(ActorStock stock) : ChildRLockTests(stock.Blocking);

public sealed class ChildMixedRLockTests(ActorStock stock) : ChildRLockTests(stock.MixedBlocking);

[Collection(nameof(ChildActors))]
public sealed class ChildConditionAsRLockTests(ActorStock stock) : RLockContract
{
    private Multiprocessing.RLock _lock = new();

    protected override ILock NewLock() => new Multiprocessing.Condition(_lock = new Multiprocessing.RLock());

    protected override Actor NewActor() => stock.Blocking();

    protected override int WaiterCount(ILock mutex) => _lock.WaiterCount;
}
