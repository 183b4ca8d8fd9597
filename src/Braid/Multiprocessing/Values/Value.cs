using Braid.Threading;

namespace Braid.Multiprocessing;

/// <summary>One value that this process and its children share, with a lock that every read and every write takes.</summary>
/// <remarks>
/// <para>
/// It begins as the default (zero). <c>value.Value += 1</c> is a read and a write, and between them another process may write: use
/// <see cref="SharedExtensions.Add{T}(Value{T}, T)"/>, <see cref="Update"/>, or <c>using (value.EnterScope()) { value.Value += 1; }</c>.
/// A read or a write waits while another process or thread holds the lock; nothing but the lock's release ends that wait, or its holder's
/// death. After a death the next to come gets an <see cref="AbandonedLockException"/>, once: the value may be half changed.
/// Each sees what was written before the lock was last released.
/// </para>
/// <para>
/// Sent to another process, it travels as a handle, and is the same value there, with the same lock. One that was given a lock finds it in the
/// process that gave it, which has to be alive then. Python counterpart: <c>multiprocessing.Value</c>; for its <c>lock=False</c> use
/// <see cref="RawValue{T}"/>.
/// </para>
/// </remarks>
/// <typeparam name="T">A type without references: a number, a <see cref="bool"/>, an enum, a struct of such.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Value<T> : SharedValue<T>, IShared<Value<T>>
    where T : unmanaged
{
    private readonly SharedElements<T> _elements;
    private readonly GuardingLock _guard;

    /// <summary>Makes a value.</summary>
    /// <param name="value">What it is at first.</param>
    /// <param name="lock">The lock to guard it, a <see cref="Multiprocessing.Lock"/> or a <see cref="RLock"/>, which may guard other things too; null, the default, for an <see cref="RLock"/> of its own. A plain lock may not be held by the caller of a read or a write.</param>
    /// <exception cref="ArgumentException">It is a lock of another kind.</exception>
    /// <exception cref="ObjectDisposedException">The lock was disposed of.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public Value(T value = default, ILock? @lock = null)
    {
        GuardingLock.Check(@lock);
        _elements = SharedElements<T>.Create(SegmentKind.Value, 1);
        _guard = GuardingLock.Choose(_elements.Segment, @lock);
        Obj = new RawValue<T>(_elements) { Value = value };
    }

    private Value(Segment segment, GuardingLock guard)
    {
        _elements = SharedElements<T>.Over(segment, SegmentKind.Value);
        _guard = guard;
        Obj = new RawValue<T>(_elements);
    }

    /// <summary>The lock that guards it.</summary>
    public ILock Lock => _guard.Lock;

    /// <summary>The same value without the lock: for its place in memory, while the lock is held. To dispose of one is to dispose of both.</summary>
    public RawValue<T> Obj { get; }

    Segment IShared.Segment => _elements.Segment;

    IShared? IShared.Companion => _guard.Companion;

    static Value<T> IShared<Value<T>>.Over(Segment segment) => new(segment, GuardingLock.OwnOf(segment));

    static Value<T> IShared<Value<T>>.Over(Segment segment, IShared companion) => new(segment, GuardingLock.Of(companion));

    /// <summary>Holds the lock for the length of a <c>using</c> block.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; the lock is not held.</exception>
    /// <exception cref="AbandonedLockException">The process that held it died; the lock is held by the caller now, once.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public Scope EnterScope(CancellationToken token = default) => _guard.EnterScope(token);

    /// <summary>Changes the value in one step: no other thread or process reads or writes it meanwhile.</summary>
    /// <param name="change">Makes the new value of the old one. It runs with the lock held. If it throws, the value stays.</param>
    /// <returns>The new value.</returns>
    /// <exception cref="AbandonedLockException">The process that held the lock died; nothing is changed, and the lock is free again.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public T Update(Func<T, T> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        using (EnterStep())
        {
            return Obj.Value = change(Obj.Value);
        }
    }

    /// <summary>Writes a new value if the old one is as expected, in one step.</summary>
    /// <param name="value">The new value.</param>
    /// <param name="comparand">What the old one must be equal to.</param>
    /// <returns>The old value.</returns>
    /// <inheritdoc cref="Update" path="/exception"/>
    public T CompareExchange(T value, T comparand)
    {
        using (EnterStep())
        {
            T old = Obj.Value;
            if (EqualityComparer<T>.Default.Equals(old, comparand))
            {
                Obj.Value = value;
            }

            return old;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _guard.Dispose();
        _elements.Dispose();
    }

    /// <summary>The value, as text. The lock is not taken.</summary>
    public override string ToString() => Obj.ToString();

    /// <summary>Holds the lock for one step. A caller that is told of a death does not hold it.</summary>
    internal Scope EnterStep() => _guard.EnterStep();

    private protected override T Read()
    {
        using (EnterStep())
        {
            return Obj.Value;
        }
    }

    private protected override void Write(T value)
    {
        using (EnterStep())
        {
            Obj.Value = value;
        }
    }
}
