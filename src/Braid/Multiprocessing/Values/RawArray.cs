using System.Collections;

namespace Braid.Multiprocessing;

/// <summary>An array of fixed length in memory that this process and its children share, without a lock.</summary>
/// <remarks>
/// <para>
/// Fresh items are zero. An item is a place in memory: <c>array[i] = x</c>, <c>Interlocked.Add(ref array[i], 1)</c>. Nothing here waits or
/// orders what processes see of each other; use <see cref="Volatile"/>, <see cref="Interlocked"/> or any lock for that. If several
/// processes run <c>array[i] += 1</c>, updates are lost.
/// </para>
/// <para>
/// Sent to another process, it travels as a handle, whatever its size, and is the same array there: a gigabyte is not copied. Memory is
/// taken when an item is first touched, so a length may be generous. <see cref="Dispose"/> unmaps it in this process; an array that is
/// dropped without it is unmapped once no thread can have a span or a reference into it, which may be at the program's end. Spans and
/// references may be used after this object is gone, but not after <see cref="Dispose"/>: they then read zeroes. Addresses and handles
/// (<see cref="nint"/>, pointers) are allowed as items but mean nothing in another process. The memory is freed with the last process that
/// has it open. Python counterpart: <c>multiprocessing.RawArray</c>, <c>sharedctypes.RawArray</c>.
/// </para>
/// </remarks>
/// <typeparam name="T">A type without references: a number, a <see cref="bool"/>, an enum, a struct of such.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class RawArray<T> : IShared<RawArray<T>>, IEnumerable<T>, IDisposable
    where T : unmanaged
{
    private readonly SharedElements<T> _elements;

    /// <summary>Creates an array of zeroes.</summary>
    /// <param name="length">How many items.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or more than any memory could hold.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public RawArray(long length) => _elements = SharedElements<T>.Create(SegmentKind.Array, length);

    /// <summary>Creates an array with a copy of the given items.</summary>
    /// <param name="items">The initial items.</param>
    /// <inheritdoc cref="RawArray{T}(long)" path="/exception"/>
    public RawArray(ReadOnlySpan<T> items)
        : this(items.Length) => CopyFrom(items);

    /// <inheritdoc cref="RawArray{T}(ReadOnlySpan{T})"/>
    /// <exception cref="ArgumentNullException">The items are null.</exception>
    public RawArray(IEnumerable<T> items)
        : this((items ?? throw new ArgumentNullException(nameof(items))).ToArray().AsSpan())
    {
    }

    internal RawArray(SharedElements<T> elements) => _elements = elements;

    /// <summary>How many items it has.</summary>
    /// <exception cref="OverflowException">More than 2,147,483,647: use <see cref="LongLength"/>.</exception>
    public int Length => checked((int)LongLength);

    /// <summary>How many items it has.</summary>
    public long LongLength => _elements.Count;

    /// <summary>All items, for reading and writing.</summary>
    /// <exception cref="OverflowException">There are more than 2,147,483,647: use <see cref="Slice(long, int)"/>.</exception>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public Span<T> Span => Slice(0L, Length);

    /// <summary>All items, in a form that may be kept across an await.</summary>
    /// <inheritdoc cref="Span" path="/exception"/>
    public Memory<T> Memory => _elements.Memory(this);

    Segment IShared.Segment => _elements.Segment;

    /// <summary>A reference to an item.</summary>
    /// <param name="index">The index; the first is 0. <c>^1</c> is the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public ref T this[int index] => ref _elements.At(index, this);

    /// <inheritdoc cref="this[int]"/>
    public ref T this[long index] => ref _elements.At(index, this);

    static RawArray<T> IShared<RawArray<T>>.Over(Segment segment) => new(SharedElements<T>.Over(segment, SegmentKind.Array));

    /// <summary>A range of items, for reading and writing; also written <c>array[1..3]</c>.</summary>
    /// <param name="start">The first item.</param>
    /// <param name="length">The number of items.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the array.</exception>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public Span<T> Slice(int start, int length) => Slice((long)start, length);

    /// <inheritdoc cref="Slice(int, int)"/>
    public Span<T> Slice(long start, int length) => _elements.Slice(start, length, this);

    /// <summary>Copies all items.</summary>
    /// <param name="destination">The destination; it may be longer.</param>
    /// <exception cref="ArgumentException">It is shorter.</exception>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public void CopyTo(Span<T> destination)
    {
        SliceHere(0, Length).CopyTo(destination);
        GC.KeepAlive(this);
    }

    /// <summary>Enumerates the items; each is read when its turn comes.</summary>
    public IEnumerator<T> GetEnumerator()
    {
        for (long index = 0; index < LongLength; index++)
        {
            yield return _elements.Read(index, this);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Closes the array in this process; it remains usable in others. May be called again.</summary>
    public void Dispose() => _elements.Dispose();

    /// <summary>A range of items, for code that keeps this object alive until it is done with them.</summary>
    internal Span<T> SliceHere(long start, int length) => _elements.SliceHere(start, length, this);

    internal void CopyFrom(ReadOnlySpan<T> items)
    {
        items.CopyTo(SliceHere(0, items.Length));
        GC.KeepAlive(this);
    }

    internal T Read(long index) => _elements.Read(index, this);

    internal void Write(long index, T value) => _elements.Write(index, value, this);

    /// <summary>Its type and length.</summary>
    public override string ToString() => $"{typeof(T).Name}[{LongLength}]{(_elements.IsDisposed ? ", disposed" : "")}";
}
