namespace Braid.Multiprocessing;

/// <summary>One value in memory that this process and its children share, without a lock.</summary>
/// <remarks>
/// <para>
/// It begins as the default (zero). A read or a write of up to eight bytes is one step; with a larger type another process may see half of
/// a write. A reader of a new value also sees everything written before it. <c>value.Value += 1</c> is two steps and loses updates: use
/// <c>Interlocked.Increment(ref value.Ref)</c>, or a <see cref="Value{T}"/>. Nothing here waits.
/// </para>
/// <para>
/// Sent to another process, it travels as a handle and is the same value there. Addresses and handles (<see cref="nint"/>, pointers) are
/// allowed but mean nothing in another process. It is freed with the last process that has it open; nothing is left behind, whatever
/// happens. Python counterpart: <c>multiprocessing.RawValue</c>, <c>sharedctypes.RawValue</c>.
/// </para>
/// </remarks>
/// <typeparam name="T">A type without references: a number, a <see cref="bool"/>, an enum, a struct of such.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class RawValue<T> : SharedValue<T>, IShared<RawValue<T>>
    where T : unmanaged
{
    private readonly SharedElements<T> _elements;

    /// <summary>Creates a value.</summary>
    /// <param name="value">The initial value.</param>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public RawValue(T value = default)
    {
        _elements = SharedElements<T>.Create(SegmentKind.Value, 1);
        Write(value);
    }

    internal RawValue(SharedElements<T> elements) => _elements = elements;

    /// <summary>
    /// A reference to the value, for <see cref="Interlocked"/> and <see cref="Volatile"/>. It may be used after this object is gone, but
    /// not after <see cref="Dispose"/>: it then reads zero.
    /// </summary>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public ref T Ref => ref _elements.At(0, this);

    Segment IShared.Segment => _elements.Segment;

    static RawValue<T> IShared<RawValue<T>>.Over(Segment segment) => new(SharedElements<T>.Over(segment, SegmentKind.Value));

    /// <inheritdoc/>
    public override void Dispose() => _elements.Dispose();

    /// <summary>The value, as text.</summary>
    public override string ToString() => _elements.IsDisposed ? "disposed" : $"{Value}";

    private protected override T Read()
    {
        T value = _elements.Read(0, this);
        Volatile.ReadBarrier();   // pairs with the barrier in Write: the caller sees what was written before the value
        return value;
    }

    private protected override void Write(T value)
    {
        Volatile.WriteBarrier();   // pairs with the barrier in Read
        _elements.Write(0, value, this);
    }
}
