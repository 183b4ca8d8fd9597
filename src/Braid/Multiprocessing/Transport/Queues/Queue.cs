using Braid.Queues;

namespace Braid.Multiprocessing;

/// <summary>
/// A first-in, first-out queue for any number of processes and threads on both sides, each blocking or awaiting. The interface is that of
/// <see cref="Queues.Queue{T}"/>.
/// </summary>
/// <remarks>
/// <para>
/// The items lie in shared memory, as bytes. <see cref="Put(T, CancellationToken)"/> serialises the item before it returns: an item that
/// cannot travel is refused there, later changes of the object do not reach the getter, and from the return on every process can get the
/// item, even if this process ends at once: there is nothing to flush, and no feeder thread. Everything written before an item is put is
/// visible to its getter. Items of one producer come out in the order in which it put them; an item whose put returned before another put
/// began comes out first.
/// </para>
/// <para>
/// A process that is killed, at any instruction, leaves the queue usable: an item it was putting is either in the queue or not, an item it
/// was getting is either still there or gone with it. A stopped process keeps the others from putting, or from getting, only if it was
/// stopped inside the call; calls with a timeout then give up. Waiting callers are served roughly in order of arrival; between processes
/// there is no order.
/// </para>
/// <para>
/// A queue can be passed to another process as an argument, inside another object, or through a queue. It takes memory for the items it
/// holds, and about 100 KiB. <see cref="Close"/> ends this process's use of it; the items stay for the others. A shared object inside an
/// item, such as a lock, is kept open by the sender until the item is taken: the sender must not end before.
/// </para>
/// <para>
/// Interrupting the thread also ends a blocked wait, within 50 ms and without having done anything, with
/// <see cref="ThreadInterruptedException"/>. Python counterpart: <c>multiprocessing.Queue</c>, plus the members of <c>queue.Queue</c> that
/// it lacks.
/// </para>
/// </remarks>
/// <typeparam name="T">The type of the items.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public partial class Queue<T> : IItemSource<T>, IShared<Queue<T>>, IDisposable
{
    private readonly MessageRing _ring;
    private Exception? _postponed;   // from an item of a batch that could not be rebuilt, for the next get; by Interlocked

    /// <inheritdoc cref="Queues.Queue{T}(int)"/>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public Queue(int maxsize = 0)
        : this(Create(maxsize)) => _ring.SetLimits(maxsize, maxUnread: 0);

    private protected Queue(Segment segment) => _ring = new MessageRing(segment, GetType().Name.Split('`')[0]);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public int Maxsize
    {
        get => Open.Maxsize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Open.Maxsize = value;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public int Qsize => (int)Math.Min(int.MaxValue, Open.Count);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public bool Empty => Qsize == 0;

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public bool Full => Maxsize is > 0 and int maxsize && Qsize >= maxsize;

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public bool IsShutdown => Open.IsShutDown;

    Segment IShared.Segment => _ring.Segment;

    internal int GetterCount => _ring.Peers.CountOf(RingWait.Get) + SharedCall<RingRule<GetAttempt>>.CountBehindHead(this);

    internal int PutterCount => _ring.Peers.CountOf(RingWait.Put) + SharedCall<RingRule<PutAttempt>>.CountBehindHead(this);

    internal int JoinerCount => _ring.Peers.CountOf(RingWait.Join) + SharedCall<RingRule<JoinAttempt>>.CountBehindHead(this);

    private MessageRing Open
    {
        get
        {
            _ring.CheckOpen();
            return _ring;
        }
    }

    static Queue<T> IShared<Queue<T>>.Over(Segment segment) => Over(segment);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public void Shutdown(bool immediate = false) => Open.ShutDown(immediate);

    /// <summary>
    /// Ends this process's use of the queue; other processes keep it. Waiting calls, and later ones, fail with
    /// <see cref="ObjectDisposedException"/>. Calling it again does nothing.
    /// </summary>
    public void Close()
    {
        if (_ring.Close())
        {
            _ring.Segment.Release();
        }
    }

    /// <inheritdoc cref="Close"/>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>The size, the limit and the number of waiters.</summary>
    public override string ToString() =>
        _ring.IsClosed
            ? $"{GetType().Name.Split('`')[0]}, closed"
            : QueueText.Of(this, GetType().Name.Split('`')[0], GetterCount, PutterCount, JoinerCount);

    /// <summary>
    /// The number of the last item that a process took, from 1, if the process has not returned to the queue since; otherwise 0. Call it
    /// before the process is marked as dead.
    /// </summary>
    internal long TakenBy(int token) => Open.Peers.TakenBy(token);

    internal static Queue<T> Over(Segment segment) => new(segment);

    private static Segment Create(int maxsize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxsize);
        return Segment.Create(SegmentKind.Queue, MessageRing.Bytes);
    }
}
