using Braid.Threading;

namespace Braid.Multiprocessing;

/// <summary>One value that this process and its children share, with a lock that every read and every write takes.</summary>
/// <remarks>
/// <para>
/// It begins as the default (zero). <c>value.Value += 1</c> is a read and a write, and between them another process may write: use
/// <see cref="SharedExtensions.Add{T}(Value{T}, T)"/>, <see cref="Update"/>, or <c>using (value.EnterScope()) { value.Value += 1; }</c>. A
/// read or a write waits while another process or thread holds the lock; only the lock's release, or its holder's death, ends that wait.
/// After a death the next caller gets an <see cref="AbandonedLockException"/>, once: the value may be half changed. Each caller sees
/// everything written before the lock was last released.
/// </para>
/// <para>
/// Sent to another process, it travels as a handle, and is the same value there, with the same lock. A value that was given a lock needs
/// the process that gave it, which must still be alive. Python counterpart: <c>multiprocessing.Value</c>; for its <c>lock=False</c> use
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

    /// <summary>Creates a value.</summary>
    /// <param name="value">The initial value.</param>
    /// <param name="lock">
    /// The lock to guard it, a <see cref="Multiprocessing.Lock"/> or a <see cref="RLock"/>, which may guard other things too; null, the
    /// default, for an <see cref="RLock"/> of its own. If it is a plain lock, the caller of a read or a write must not hold it.
    /// </param>
    /// <exception cref="ArgumentException">The lock is of another kind.</exception>
    /// <exception cref="ObjectDisposedException">The lock is closed.</exception>
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

    /// <summary>
    /// The same value without the lock: for a reference to it, while the lock is held. Disposing of one disposes of both.
    /// </summary>
    public RawValue<T> Obj { get; }

    Segment IShared.Segment => _elements.Segment;

    IShared? IShared.Companion => _guard.Companion;

    static Value<T> IShared<Value<T>>.Over(Segment segment) => new(segment, GuardingLock.OwnOf(segment));

    static Value<T> IShared<Value<T>>.Over(Segment segment, IShared companion) => new(segment, GuardingLock.Of(companion));

    /// <summary>Holds the lock for the duration of a <c>using</c> block.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; the lock is not held.</exception>
    /// <exception cref="AbandonedLockException">The process that held it died; the caller now holds the lock, once.</exception>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public Scope EnterScope(CancellationToken token = default) => _guard.EnterScope(token);

    /// <summary>Changes the value in one step: no other thread or process reads or writes it meanwhile.</summary>
    /// <param name="change">
    /// Computes the new value from the old one. It runs with the lock held. If it throws, the value does not change.
    /// </param>
    /// <returns>The new value.</returns>
    /// <exception cref="AbandonedLockException">
    /// The process that held the lock died; nothing is changed, and the lock is free again.
    /// </exception>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
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
    /// <param name="comparand">The value that the old one must equal.</param>
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

    /// <summary>Holds the lock for one step. A caller that gets an <see cref="AbandonedLockException"/> does not hold it.</summary>
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
