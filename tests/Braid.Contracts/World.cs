using Braid.Threading;

namespace Braid.Contracts;

/// <summary>Makes the primitives of one world: a contract is written against their interfaces, and runs over both.</summary>
public abstract class World
{
    /// <summary>The primitives of one process.</summary>
    public static World OfThreads { get; } = new Threads();

    /// <summary>The primitives that processes share.</summary>
    public static World OfProcesses { get; } = new Processes();

    public abstract ILock NewLock();

    public abstract ILock NewRLock();

    /// <summary>Makes a condition over a lock of this world, plain or re-entrant.</summary>
    public abstract ICondition NewCondition(ILock mutex);

    /// <summary>Makes a condition over a lock of its own.</summary>
    public abstract ICondition NewCondition();

    public abstract ISemaphore NewSemaphore(int value = 1);

    public abstract ISemaphore NewBoundedSemaphore(int value = 1);

    public abstract IEvent NewEvent();

    public abstract IBarrier NewBarrier(int parties, Action? action = null, TimeSpan? timeout = null);

    public abstract IntQueue NewQueue(int maxsize = 0);

    public abstract AnySimpleQueue NewSimpleQueue();

    /// <summary>Makes a condition that is used as the plain lock under it.</summary>
    public ILock NewConditionAsLock() => NewCondition(NewLock());

    /// <summary>Makes a condition that is used as the re-entrant lock under it.</summary>
    public ILock NewConditionAsRLock() => NewCondition(NewRLock());

    private sealed class Threads : World
    {
        public override ILock NewLock() => new Threading.Lock();

        public override ILock NewRLock() => new RLock();

        public override ICondition NewCondition(ILock mutex) => mutex is RLock reentrant ? new Condition(reentrant) : new Condition((Threading.Lock)mutex);

        public override ICondition NewCondition() => new Condition();

        public override ISemaphore NewSemaphore(int value = 1) => new Threading.Semaphore(value);

        public override ISemaphore NewBoundedSemaphore(int value = 1) => new BoundedSemaphore(value);

        public override IEvent NewEvent() => new Event();

        public override IBarrier NewBarrier(int parties, Action? action = null, TimeSpan? timeout = null) => new Threading.Barrier(parties, action, timeout);

        public override IntQueue NewQueue(int maxsize = 0) => new Queues.Queue<int>(maxsize);

        public override AnySimpleQueue NewSimpleQueue() => new Queues.SimpleQueue<int>();
    }

    private sealed class Processes : World
    {
        public override ILock NewLock() => new Multiprocessing.Lock();

        public override ILock NewRLock() => new Multiprocessing.RLock();

        public override ICondition NewCondition(ILock mutex) =>
            mutex is Multiprocessing.RLock reentrant ? new Multiprocessing.Condition(reentrant) : new Multiprocessing.Condition((Multiprocessing.Lock)mutex);

        public override ICondition NewCondition() => new Multiprocessing.Condition();

        public override ISemaphore NewSemaphore(int value = 1) => new Multiprocessing.Semaphore(value);

        public override ISemaphore NewBoundedSemaphore(int value = 1) => new Multiprocessing.BoundedSemaphore(value);

        public override IEvent NewEvent() => new Multiprocessing.Event();

        public override IBarrier NewBarrier(int parties, Action? action = null, TimeSpan? timeout = null) => new Multiprocessing.Barrier(parties, action, timeout);

        public override IntQueue NewQueue(int maxsize = 0) => new Multiprocessing.Queue<int>(maxsize);

        public override AnySimpleQueue NewSimpleQueue() => new Multiprocessing.SimpleQueue<int>();
    }
}
