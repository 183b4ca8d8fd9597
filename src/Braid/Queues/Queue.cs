namespace Braid.Queues;

/// <summary>A first-in, first-out queue for any number of producers and consumers, each blocking or awaiting.</summary>
/// <remarks>
/// <para>
/// One gate guards the items, the count of unfinished tasks and three queues of waiters: getters, putters, joiners. Awaiting callers are
/// served in order of arrival: an item that arrives goes straight to the first awaiting getter. A blocked thread is woken to take for
/// itself and may be overtaken by a running one a few times, never indefinitely. A wait that is cancelled or times out neither loses an
/// item nor leaves one behind. Interrupting the thread also ends a blocked wait, which has then taken nothing, with
/// <see cref="ThreadInterruptedException"/>. Everything written before an item is put is visible to its getter.
/// </para>
/// <para>
/// To store the items differently, override <see cref="PutCore"/>, <see cref="GetCore"/> and <see cref="CountCore"/>, and
/// <see cref="PeekCore"/> for <see cref="Peek"/>. They run with the gate held: they must be quick and must not use the queue. If one
/// throws, the call that needed it fails, and the queue is unchanged.
/// </para>
/// <para>Python counterpart: <c>queue.Queue</c>, <c>asyncio.Queue</c>.</para>
/// </remarks>
/// <typeparam name="T">The type of the items.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public partial class Queue<T> : IItemSource<T>, ITwoSided, IMeasured
{
    private readonly System.Collections.Generic.Queue<T>? _items;   // guarded by _gate; null in a subclass with a store of its own
    private readonly Gate _gate = new();
    private readonly WaitQueue _getters;
    private readonly WaitQueue _putters;
    private readonly WaitQueue _joiners;
    private int _maxsize;              // guarded by _gate; a spinning thread reads it
    private int _count;                // guarded by _gate, equal to CountCore; a spinning thread reads it
    private long _unfinished;          // guarded by _gate
    private bool _isShutDown;          // guarded by _gate; a spinning thread reads it
    private int _isMeasured;           // by Interlocked: 1 once the meter reads it
    private volatile string? _name;    // any thread; null: the name of the type

    // Orders: _count, _maxsize, _unfinished and _isShutDown change under the gate, which orders the state they describe. A read without it
    // (by a spinning thread or a property) gets a whole and recent value and decides nothing: a thread that acts on it enters the gate and
    // reads again. The exchange of _isMeasured makes one thread register the queue.

    /// <summary>Creates an empty queue.</summary>
    /// <param name="maxsize">The maximum number of items; 0, the default, for any number.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxsize"/> is negative.</exception>
    public Queue(int maxsize = 0)
        : this(maxsize, hasOwnStore: false)
    {
    }

    private protected Queue(int maxsize, bool hasOwnStore)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxsize);
        _maxsize = maxsize;
        _items = hasOwnStore ? null : new System.Collections.Generic.Queue<T>();
        _getters = new WaitQueue(_gate, this, "an item of ", this);
        _putters = new WaitQueue(_gate, this, "room in ", this);
        _joiners = new WaitQueue(_gate, this, "all tasks of ");
    }

    /// <inheritdoc/>
    public int Maxsize
    {
        get => Volatile.Read(ref _maxsize);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            using Gate.Scope held = _gate.Enter();
            Volatile.Write(ref _maxsize, value);
            SettleUnderGate();
        }
    }

    /// <summary>
    /// Its name in messages, the wait graph and the meter: the name of its type, unless another is set. The figures of queues with the same
    /// name are added up.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public string Name
    {
        get => _name ?? GetType().Name.Split('`')[0];
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _name = value;
        }
    }

    /// <inheritdoc/>
    public int Qsize => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public bool Empty => Qsize == 0;

    /// <inheritdoc/>
    public bool Full => Maxsize is > 0 and int maxsize && Qsize >= maxsize;

    /// <inheritdoc/>
    public long UnfinishedTasks => Volatile.Read(ref _unfinished);

    /// <inheritdoc/>
    public bool IsShutdown => Volatile.Read(ref _isShutDown);

    internal int GetterCount => _getters.WaiterCount;

    internal int PutterCount => _putters.WaiterCount;

    internal int JoinerCount => _joiners.WaiterCount;

    string IMeasured.MeasuredName => Name;

    /// <summary>How many items the store holds. Called with the gate held.</summary>
    protected virtual int CountCore => _items!.Count;

    private bool HasRoom => !Full;

    long? IMeasured.Measure(string instrument) => instrument == "braid.queue.depth" ? Qsize : null;

    /// <summary>The size, the limit and the number of waiters.</summary>
    public override string ToString() => QueueText.Of(this, Name, GetterCount, PutterCount, JoinerCount);

    /// <summary>Stores an item. Called with the gate held, if there is room.</summary>
    protected virtual void PutCore(T item) => _items!.Enqueue(item);

    /// <summary>Takes the next item from the store. Called with the gate held, if there is one.</summary>
    protected virtual T GetCore()
    {
        T item = _items!.Dequeue();
        if (Burst.IsOver(_items.Count, _items.Capacity))
        {
            Burst.GiveBack(_items, static items => items.TrimExcess(items.Capacity / 2));
        }

        return item;
    }

    /// <summary>Puts an item into the store. Under the gate.</summary>
    private void Store(T item)
    {
        Debug.Assert(_gate.IsHeld);
        PutCore(item);
        Volatile.Write(ref _count, CountCore);
        Volatile.Write(ref _unfinished, _unfinished + 1);
    }

    /// <summary>Takes an item from the store. Under the gate.</summary>
    private T Take()
    {
        Debug.Assert(_gate.IsHeld);
        T item = GetCore();
        Volatile.Write(ref _count, CountCore);
        return item;
    }

    void ITwoSided.SettleUnderGate() => SettleUnderGate();

    /// <summary>
    /// Serves the waiters of both sides after any change, until none can continue: putters fill the room, and each item that a getter takes
    /// makes room again. Under the gate.
    /// </summary>
    /// <remarks>
    /// The only place where the two sides meet. The rules only store and take; a wait queue calls this after the waiter that did so has
    /// left its line.
    /// </remarks>
    private void SettleUnderGate()
    {
        Debug.Assert(_gate.IsHeld);
        var putting = new PutRule(this, default);
        var getting = new GetRule(this);
        do
        {
            _putters.ServeHead(ref putting);
        }
        while (_getters.TryServeHead(ref getting));
        AssertInvariants();
    }

    /// <summary>Holds under the gate once every waiter that can be served has been: no one awaits an item that is there.</summary>
    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(_gate.IsHeld && _unfinished >= 0);
        Debug.Assert(_getters.Head is not AsyncWaiter || (_count == 0 && !_isShutDown));
        Debug.Assert(_putters.Head is not AsyncWaiter || (!HasRoom && !_isShutDown));
        Debug.Assert(_joiners.IsEmpty || _unfinished > 0);
    }

    /// <summary>Makes the meter read this queue from now on. Called when a thread waits.</summary>
    private void MeasureOnce()
    {
        if (Volatile.Read(ref _isMeasured) == 0 && this is not IInternal && Interlocked.Exchange(ref _isMeasured, 1) == 0)
        {
            Instruments.Register(this);
        }
    }
}
