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
    /// <param name="function">What it calls, to name it; let go at the end.</param>
    public PoolTask(long id, Request? request, IRemoteCall call, Delegate? function)
    {
        Id = id;
        _request = request;
        Call = call;
        _function = function;
        Node = new LinkedListNode<PoolTask>(this);
    }

    public long Id { get; }

    /// <summary>Its place among the pending, or among a worker's.</summary>
    public LinkedListNode<PoolTask> Node { get; }

    public Request? Request => _request;

    public IRemoteCall Call { get; }

    /// <summary>Where its reports go, and its outcome after them; null if no reports are wanted.</summary>
    public ProgressRelay? Relay { get; init; }

    /// <summary>For a chunk of a map: how far it is. Null for other tasks.</summary>
    public ChunkProgress? Chunk { get; init; }

    /// <summary>How long it may run; of a chunk of a map, each item. Null: no limit.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Where it has a place among the pending; null for none.</summary>
    public PendingLimit? Limit
    {
        get => _limit;
        init => _limit = value;
    }

    public string Description => _function is null ? $"Task {Id}" : WorkerFailure.Describe(_function);

    /// <summary>The worker it was sent to; null while it is pending.</summary>
    public PoolSlot? Slot { get; set; }

    /// <summary>Where it lies in the worker's ring.</summary>
    public RequestPlace Place { get; set; }

    /// <summary>Workers it has cost.</summary>
    public int Crashes { get; set; }

    /// <summary>Exceptions of its own that were not the last word.</summary>
    public int Failures { get; set; }

    /// <summary>The history of the attempts so far, each on a line of its own.</summary>
    public string History { get; set; } = "";

    /// <summary>Whether the pool has taken it in. Written once, before any other thread can end its future.</summary>
    public bool IsAccepted { get; set; }

    public bool IsEnded { get; private set; }

    /// <summary>It is not pending any more: it has begun, or ends without. Not under the gate, for it wakes whoever waits for its place.</summary>
    public void LeavePlace() => PendingLimit.Leave(ref _limit);

    /// <summary>It has its outcome; nothing it refers to is kept.</summary>
    public void End()
    {
        IsEnded = true;
        _function = null;
        _request?.Dispose();
    }
}
