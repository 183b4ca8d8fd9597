namespace Braid.Multiprocessing;

/// <summary>Values of one type in a segment.</summary>
/// <remarks>
/// The segment holds, from its first byte: 192 bytes for the values' own lock, at the same offset as in a segment that holds only a lock,
/// so the same code finds it; the header, 64 bytes; the values. Fresh memory is zero.
/// </remarks>
internal sealed unsafe class SharedElements<T>
    where T : unmanaged
{
    private const int FirstAt = SharedElementsHead.At + 64;

    private const int Hidden = 0;     // no span or reference was handed out
    private const int Exposed = 1;    // user code may hold one
    private const int Disposed = 2;

    private readonly T* _first;
    private int _state;      // Hidden -> Exposed by any thread, anything -> Disposed by exchange

    // Orders: a thread that reads Exposed in _state does so after Segment.Expose, which the full fence of the exchange published. A use
    // that read _state before a concurrent Dispose still finds memory there: the segment's, or private zeroes in its place.

    private SharedElements(Segment segment)
    {
        Segment = segment;
        Count = SharedElementsHead.Of(segment).Count;
        _first = (T*)(segment.Data + FirstAt);
    }

    public Segment Segment { get; }

    public long Count { get; }

    public bool IsDisposed => Volatile.Read(ref _state) == Disposed;

    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or more than any memory could hold.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public static SharedElements<T> Create(SegmentKind kind, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, (long.MaxValue >> 1) / sizeof(T));
        Segment segment = Segment.Create(kind, FirstAt + (count * sizeof(T)));
        SharedElementsHead.Of(segment) = new SharedElementsHead { Count = count, ElementBytes = sizeof(T) };
        return new SharedElements<T>(segment);
    }

    /// <summary>Takes over the caller's reference to the segment, unless it throws.</summary>
    /// <exception cref="IOException">It does not hold values of this type.</exception>
    public static SharedElements<T> Over(Segment segment, SegmentKind kind)
    {
        bool isWhole = segment.DataBytes >= FirstAt;
        SharedElementsHead head = isWhole ? SharedElementsHead.Of(segment) : default;
        if (segment.Kind != kind || head.ElementBytes != sizeof(T) || head.Count < 0
            || head.Count > (segment.DataBytes - FirstAt) / sizeof(T))
        {
            throw new IOException(
                $"A shared {kind} of {typeof(T)} was expected ({sizeof(T)} bytes each), and came a {segment.Kind} of {head.Count:N0} " +
                $"values, {head.ElementBytes} bytes each. Both processes must know the same type.");
        }

        return new SharedElements<T>(segment);
    }

    /// <summary>A reference to a value, for user code.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such value.</exception>
    /// <exception cref="ObjectDisposedException">They are disposed.</exception>
    public ref T At(long index, object owner)
    {
        if ((ulong)index >= (ulong)Count || _state != Exposed)
        {
            Check(index, owner);
            Expose();
        }

        return ref _first[index];
    }

    /// <summary>Reads a value.</summary>
    /// <inheritdoc cref="At" path="/exception"/>
    public T Read(long index, object owner)
    {
        Check(index, owner);
        T value = _first[index];
        GC.KeepAlive(this);   // until the memory was read
        return value;
    }

    /// <summary>Writes a value.</summary>
    /// <inheritdoc cref="At" path="/exception"/>
    public void Write(long index, T value, object owner)
    {
        Check(index, owner);
        _first[index] = value;
        GC.KeepAlive(this);
    }

    /// <summary>A range of the values, for user code.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such values.</exception>
    /// <exception cref="ObjectDisposedException">They are disposed.</exception>
    public Span<T> Slice(long start, int length, object owner)
    {
        Span<T> slice = SliceHere(start, length, owner);
        Expose();
        return slice;
    }

    /// <summary>A range of the values, for code that keeps this object alive until it is done with them.</summary>
    /// <inheritdoc cref="Slice" path="/exception"/>
    public Span<T> SliceHere(long start, int length, object owner)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, owner);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Count - start);
        return new Span<T>(_first + start, length);
    }

    /// <exception cref="OverflowException">There are too many for one view.</exception>
    /// <exception cref="ObjectDisposedException">They are disposed.</exception>
    public Memory<T> Memory(object owner)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, owner);
        Expose();
        return new MappedMemory<T>(Segment, _first, checked((int)Count)).Memory;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _state, Disposed) != Disposed)
        {
            Segment.Release();
        }
    }

    private void Expose()
    {
        Segment.Expose();   // before any thread can see the new state and skip this
        Interlocked.CompareExchange(ref _state, Exposed, Hidden);
    }

    private void Check(long index, object owner)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, owner);
        if ((ulong)index < (ulong)Count)
        {
            return;
        }

        throw new ArgumentOutOfRangeException(
            nameof(index),
            index,
            Count == 0 ? "There are no items." : $"There are {Count:N0} items: the first is 0, the last {Count - 1:N0}.");
    }
}

/// <summary>The header of shared values.</summary>
internal struct SharedElementsHead
{
    public const int At = 192;

    public long Count;         // written once, by their creator
    public int ElementBytes;   // likewise

    public static unsafe ref SharedElementsHead Of(Segment segment) => ref *(SharedElementsHead*)(segment.Data + At);
}
