using Braid.Futures;

namespace Braid.Multiprocessing;

/// <summary>A task of a pool, from its submission to its end. Guarded by the pool's gate.</summary>
internal sealed class PoolTask
{
    private readonly Request? _request;
    private Delegate? _function;
    private PendingLimit? _limit;   // by exchange: until it begins for the first time, or ends

    /// <param name="id">Its number in the pool, from 1.</param>
    /// <param name="request">What is sent to a worker; null in tests of the state machine.</param>
    /// <param name="call">Its future.</param>
    /// <param name="function">The delegate it calls, to name it; released at the end.</param>
    public PoolTask(long id, Request? request, IRemoteCall call, Delegate? function)
    {
        Id = id;
        _request = request;
        Call = call;
        _function = function;
        Node = new LinkedListNode<PoolTask>(this);
    }

    public long Id { get; }

    /// <summary>Its node among the pending tasks, or among a worker's.</summary>
    public LinkedListNode<PoolTask> Node { get; }

    public Request? Request => _request;

    public IRemoteCall Call { get; }

    /// <summary>Passes on its reports, and its outcome after them; null if no reports are wanted.</summary>
    public ProgressRelay? Relay { get; init; }

    /// <summary>For a chunk of a map: its progress. Null for other tasks.</summary>
    public ChunkProgress? Chunk { get; init; }

    /// <summary>Its time limit; for a chunk of a map, that of each item. Null for no limit.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>The limit of pending tasks in which it occupies a place; null if it occupies none.</summary>
    /// <remarks>An old answer does no harm: a place is given up once.</remarks>
    public PendingLimit? Limit
    {
        get => _limit;
        init => _limit = value;
    }

    public string Description => _function is null ? $"Task {Id}" : WorkerFailure.Describe(_function);

    /// <summary>The worker it was sent to; null while it is pending.</summary>
    public PoolSlot? Slot { get; set; }

    /// <summary>Its place in the worker's ring.</summary>
    public RequestPlace Place { get; set; }

    /// <summary>The number of workers it has cost.</summary>
    public int Crashes { get; set; }

    /// <summary>The number of its own exceptions that led to a retry.</summary>
    public int Failures { get; set; }

    /// <summary>The history of its attempts, one line each.</summary>
    public string History { get; set; } = "";

    /// <summary>Whether the pool has accepted it. Written once, before any other thread can end its future.</summary>
    public bool IsAccepted { get; set; }

    public bool IsEnded { get; private set; }

    /// <summary>
    /// Gives up its place among the pending: it has begun, or ends without having begun. Not under the gate, because it wakes a caller that
    /// waits for a place.
    /// </summary>
    public void LeavePlace() => PendingLimit.Leave(ref _limit);

    /// <summary>It has its outcome; releases everything it refers to.</summary>
    public void End()
    {
        IsEnded = true;
        _function = null;
        _request?.Dispose();
    }
}
