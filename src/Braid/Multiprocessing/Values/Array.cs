using System.Collections;
using Braid.Threading;

namespace Braid.Multiprocessing;

/// <summary>An array of fixed length that this process and its children share, with a lock that every read and every write takes.</summary>
/// <remarks>
/// <para>
/// Fresh items are zero. <c>array[i] += 1</c> is a read and a write, and between them another process may write: use
/// <see cref="SharedExtensions.Add{T}(Array{T}, long, T)"/>, or hold the lock. Long work on many items is fastest if the lock is not taken
/// for each: <c>using (array.EnterScope()) { array.Obj.Span.Sort(); }</c>. A read or a write waits while another process or thread holds
/// the lock; only the lock's release, or its holder's death, ends that wait. After a death the next caller gets an
/// <see cref="AbandonedLockException"/>, once: the items may be half changed. Each caller sees everything written before the lock was last
/// released.
/// </para>
/// <para>
/// Sent to another process, it travels as a handle, whatever its size, and is the same array there, with the same lock; a gigabyte is not
/// copied. An array that was given a lock needs the process that gave it, which must still be alive. Python counterpart:
/// <c>multiprocessing.Array</c>; for its <c>lock=False</c> use <see cref="RawArray{T}"/>.
/// </para>
/// </remarks>
/// <typeparam name="T">A type without references: a number, a <see cref="bool"/>, an enum, a struct of such.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Array<T> : IShared<Array<T>>, IEnumerable<T>, IDisposable
    where T : unmanaged
{
    private readonly SharedElements<T> _elements;
    private readonly GuardingLock _guard;

    /// <summary>Creates an array of zeroes.</summary>
    /// <param name="length">How many items.</param>
    /// <param name="lock">
    /// The lock to guard it, a <see cref="Multiprocessing.Lock"/> or a <see cref="RLock"/>, which may guard other things too; null, the
    /// default, for an <see cref="RLock"/> of its own. If it is a plain lock, the caller of a read or a write must not hold it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or more than any memory could hold.</exception>
    /// <exception cref="ArgumentException">The lock is of another kind.</exception>
    /// <exception cref="ObjectDisposedException">The lock is closed.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public Array(long length, ILock? @lock = null)
    {
        GuardingLock.Check(@lock);
        _elements = SharedElements<T>.Create(SegmentKind.Array, length);
        _guard = GuardingLock.Choose(_elements.Segment, @lock);
        Obj = new RawArray<T>(_elements);
    }

    /// <summary>Creates an array with a copy of the given items.</summary>
    /// <param name="items">The initial items.</param>
    /// <param name="lock">The lock to guard it; null, the default, for one of its own.</param>
    /// <inheritdoc cref="Array{T}(long, ILock)" path="/exception"/>
    public Array(ReadOnlySpan<T> items, ILock? @lock = null)
        : this(items.Length, @lock) => Obj.CopyFrom(items);

    /// <inheritdoc cref="Array{T}(ReadOnlySpan{T}, ILock)"/>
    /// <exception cref="ArgumentNullException">The items are null.</exception>
    public Array(IEnumerable<T> items, ILock? @lock = null)
        : this((items ?? throw new ArgumentNullException(nameof(items))).ToArray().AsSpan(), @lock)
    {
    }

    private Array(Segment segment, GuardingLock guard)
    {
        _elements = SharedElements<T>.Over(segment, SegmentKind.Array);
        _guard = guard;
        Obj = new RawArray<T>(_elements);
    }

    /// <summary>How many items it has.</summary>
    /// <exception cref="OverflowException">More than 2,147,483,647: use <see cref="LongLength"/>.</exception>
    public int Length => Obj.Length;

    /// <summary>How many items it has.</summary>
    public long LongLength => _elements.Count;

    /// <summary>The lock that guards it.</summary>
    public ILock Lock => _guard.Lock;

    /// <summary>
    /// The same array without the lock: for spans and references, while the lock is held. Disposing of one disposes of both.
    /// </summary>
    public RawArray<T> Obj { get; }

    Segment IShared.Segment => _elements.Segment;

    IShared? IShared.Companion => _guard.Companion;

    /// <summary>An item.</summary>
    /// <param name="index">The index; the first is 0. <c>^1</c> is the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    /// <exception cref="AbandonedLockException">
    /// The process that held the lock died; nothing is changed, and the lock is free again.
    /// </exception>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public T this[int index]
    {
        get => this[(long)index];
        set => this[(long)index] = value;
    }

    /// <inheritdoc cref="this[int]"/>
    public T this[long index]
    {
        get
        {
            using (EnterStep())
            {
                return Obj.Read(index);
            }
        }

        set
        {
            using (EnterStep())
            {
                Obj.Write(index, value);
            }
        }
    }

    static Array<T> IShared<Array<T>>.Over(Segment segment) => new(segment, GuardingLock.OwnOf(segment));

    static Array<T> IShared<Array<T>>.Over(Segment segment, IShared companion) => new(segment, GuardingLock.Of(companion));

    /// <summary>Holds the lock for the duration of a <c>using</c> block.</summary>
    /// <inheritdoc cref="Value{T}.EnterScope" path="/param"/>
    /// <inheritdoc cref="Value{T}.EnterScope" path="/exception"/>
    public Scope EnterScope(CancellationToken token = default) => _guard.EnterScope(token);

    /// <summary>Copies a range of items out, in one step; also written <c>array[1..3]</c>.</summary>
    /// <param name="start">The first item.</param>
    /// <param name="length">The number of items.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the array.</exception>
    /// <exception cref="AbandonedLockException">
    /// The process that held the lock died; nothing is changed, and the lock is free again.
    /// </exception>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public T[] Slice(int start, int length) => Slice((long)start, length);

    /// <inheritdoc cref="Slice(int, int)"/>
    public T[] Slice(long start, int length)
    {
        using (EnterStep())
        {
            T[] copy = Obj.SliceHere(start, length).ToArray();
            GC.KeepAlive(Obj);
            return copy;
        }
    }

    /// <summary>Copies all items out, in one step.</summary>
    /// <param name="destination">The destination; it may be longer.</param>
    /// <exception cref="ArgumentException">It is shorter.</exception>
    /// <inheritdoc cref="Slice(int, int)" path="/exception[not(contains(@cref, 'OutOfRange'))]"/>
    public void CopyTo(Span<T> destination)
    {
        using (EnterStep())
        {
            Obj.CopyTo(destination);
        }
    }

    /// <summary>Copies items in, in one step.</summary>
    /// <param name="source">The items to copy.</param>
    /// <param name="start">The index of the first item to overwrite.</param>
    /// <inheritdoc cref="Slice(int, int)" path="/exception"/>
    public void CopyFrom(ReadOnlySpan<T> source, long start = 0)
    {
        using (EnterStep())
        {
            source.CopyTo(Obj.SliceHere(start, source.Length));
            GC.KeepAlive(Obj);
        }
    }

    /// <summary>Enumerates the items; each is read when its turn comes, with the lock held for that step only.</summary>
    public IEnumerator<T> GetEnumerator()
    {
        for (long index = 0; index < LongLength; index++)
        {
            yield return this[index];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Closes the array in this process; it remains usable in others. The lock is not released. May be called again.</summary>
    public void Dispose()
    {
        _guard.Dispose();
        _elements.Dispose();
    }

    /// <summary>Its type and length.</summary>
    public override string ToString() => Obj.ToString();

    /// <summary>Holds the lock for one step. A caller that gets an <see cref="AbandonedLockException"/> does not hold it.</summary>
    internal Scope EnterStep() => _guard.EnterStep();
}
