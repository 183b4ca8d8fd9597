using System.Globalization;
using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>One of each kind of lock, and what it guards. It travels to the children that work under them.</summary>
internal sealed class LockTable : IDisposable
{
    private const int Parties = LockChaos.Places * LockLife.Threads;

    private readonly RawArray<long> _passed = new(LockLife.Kinds);   // by Interlocked: how often each kind of work was done
    private readonly RawValue<int> _leaves = new();                  // set once by the parent

    public Multiprocessing.Lock Lock { get; } = new();

    public GuardedPair LockPair { get; } = new("Lock");

    public Multiprocessing.RLock RLock { get; } = new();

    public GuardedPair RLockPair { get; } = new("RLock");

    public Value<long> Value { get; } = new();

    public GuardedPair ValuePair { get; } = new("the lock of a Value");

    public Multiprocessing.Condition Condition { get; } = new();

    public GuardedPair ConditionPair { get; } = new("Condition");

    public Permits Semaphore { get; } = new("Semaphore", new Multiprocessing.Semaphore(2), 2, Parties);

    public Permits Bounded { get; } = new("BoundedSemaphore", new Multiprocessing.BoundedSemaphore(3), 3, Parties);

    public Multiprocessing.Barrier Barrier { get; } = new(2);

    public Multiprocessing.Event Event { get; } = new();

    /// <summary>Whether the children are to end.</summary>
    public bool Leaves
    {
        get => _leaves.Value != 0;
        set => _leaves.Value = value ? 1 : 0;
    }

    public IEnumerable<(GuardedPair Pair, Threading.ILock Mutex)> Pairs => [(LockPair, Lock), (RLockPair, RLock), (ValuePair, Value.Lock), (ConditionPair, Condition)];

    public void Count(int kind) => Interlocked.Increment(ref _passed[kind]);

    public IReadOnlyList<long> Counts => [.. _passed];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Lock}; {RLock}; {Condition}; {Barrier}; {Event}; turns of each kind: {string.Join(", ", Counts)}");

    public void Dispose()
    {
        IDisposable[] all = [_passed, _leaves, LockPair, RLockPair, Value, ValuePair, ConditionPair, Semaphore, Bounded, Barrier, Event];
        Array.ForEach(all, one => one.Dispose());
        Lock.Close();
        RLock.Close();
        Condition.Close();
    }
}
