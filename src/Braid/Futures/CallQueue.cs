namespace Braid.Futures;

/// <summary>The calls of a thread pool executor that were submitted and have not begun, and the workers that wait for one.</summary>
/// <remarks>
/// The calls are linked to each other: a cancelled one is removed at a constant cost from any position, and nothing is left behind after a
/// million calls. The workers wait in a queue of the kernel, like getters of a <see cref="Queues.Queue{T}"/>. Orders: <c>_count</c> and
/// <c>_isClosed</c> change under the gate. A spinning worker that reads them without it enters the gate before it acts; for a figure, or
/// for a call that is already cancelled, a stale value is as good as having read a moment earlier.
/// </remarks>
internal sealed class CallQueue : IInternal
{
    private readonly bool _newestFirst;
    private readonly string _name;
    private readonly Gate _gate = new();
    private readonly WaitQueue _workers;
    private ICall? _first;         // guarded by _gate, as are the links: the next to begin
    private ICall? _last;          // guarded by _gate
    private int _count;            // written under _gate; read anywhere
    private bool _isClosed;        // written under _gate; a spinning worker reads it

    /// <param name="newestFirst">Whether the call that was submitted last begins first.</param>
    /// <param name="name">The executor's name; for the wait graph.</param>
    public CallQueue(bool newestFirst, string name)
    {
        _newestFirst = newestFirst;
        _name = name;
        _workers = new WaitQueue(_gate, this);
    }

    public int Count => Volatile.Read(ref _count);

    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <returns>False if it is closed.</returns>
    public bool TryAdd(ICall call)
    {
        using Gate.Scope held = _gate.Enter();
        if (_isClosed)
        {
            return false;
        }

        LinkUnderGate(call);
        Volatile.Write(ref _count, _count + 1);
        if (!_workers.IsEmpty)
        {
            var rule = new Rule(this);
            _workers.ServeHead(ref rule);
        }

        return true;
    }

    /// <summary>Takes the next call, if there is one.</summary>
    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ICall? call)
    {
        using Gate.Scope held = _gate.Enter();
        call = TakeUnderGate();
        return call is not null;
    }

    /// <summary>Takes the next call, blocking until there is one.</summary>
    /// <returns>Null if it is closed and empty.</returns>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; nothing was taken.</exception>
    public ICall? TakeUnlessClosed()
    {
        var rule = new Rule(this);
        _workers.Wait(ref rule, Deadline.Never, CancellationToken.None);
        return rule.Call;
    }

    /// <summary>Removes one call, from any position.</summary>
    /// <returns>False if it is not here, because it was taken or never added.</returns>
    public bool TryRemove(ICall call)
    {
        using Gate.Scope held = _gate.Enter();
        if (call.Previous is null && _first != call)
        {
            return false;
        }

        UnlinkUnderGate(call);
        return true;
    }

    /// <summary>Accepts no more calls. Those that are here can still be taken.</summary>
    public void Close()
    {
        using Gate.Scope held = _gate.Enter();
        Volatile.Write(ref _isClosed, true);
        var rule = new Rule(this);
        _workers.ServeHead(ref rule);
    }

    /// <summary>The executor's name, and the number of calls.</summary>
    public override string ToString() => $"calls of {_name}, pending={Count}";

    private ICall? TakeUnderGate()
    {
        Debug.Assert(_gate.IsHeld);
        ICall? call = _first;
        if (call is not null)
        {
            UnlinkUnderGate(call);
        }

        return call;
    }

    private void LinkUnderGate(ICall call)
    {
        Debug.Assert(_gate.IsHeld);
        if (_first is null)
        {
            _first = _last = call;
        }
        else if (_newestFirst)
        {
            call.Next = _first;
            _first = _first.Previous = call;
        }
        else
        {
            call.Previous = _last;
            _last = _last!.Next = call;
        }
    }

    private void UnlinkUnderGate(ICall call)
    {
        Debug.Assert(_gate.IsHeld);
        ICall? previous = call.Previous;
        ICall? next = call.Next;
        call.Previous = call.Next = null;   // a call lives on as a future, and must keep no other alive
        if (previous is null)
        {
            _first = next;
        }
        else
        {
            previous.Next = next;
        }

        if (next is null)
        {
            _last = previous;
        }
        else
        {
            next.Previous = previous;
        }

        Volatile.Write(ref _count, _count - 1);
    }

    /// <summary>Takes a call, or learns that there will be none.</summary>
    private struct Rule(CallQueue queue) : IRule
    {
        public ICall? Call;

        public readonly bool KeepsOrder => true;

        public readonly bool LooksReady() => queue.Count > 0 || queue.IsClosed;

        public bool TryTake(bool othersWait)
        {
            Call = queue.TakeUnderGate();
            return Call is not null || queue._isClosed;
        }

        public readonly bool TryServe(AsyncWaiter waiter, bool othersWait) => throw new UnreachableException("No one awaits a call.");

        public readonly bool CanTake() => queue._first is not null || queue._isClosed;
    }
}
