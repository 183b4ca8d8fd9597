namespace Braid.Multiprocessing;

internal sealed unsafe partial class MessageRing
{
    private static readonly TimeSpan s_closingSlice = TimeSpan.FromMilliseconds(50);

    private bool _isClosed;   // set once by Close; read under a gate before anything else

    public bool IsClosed => Volatile.Read(ref _isClosed);

    public bool IsShutDown => Volatile.Read(ref _state->IsShutDown) != 0;

    /// <summary>How many messages it takes; 0 for any number.</summary>
    public int Maxsize
    {
        get => Volatile.Read(ref _state->Maxsize);
        set
        {
            using (_getGate.Enter())
            {
                CheckOpen();
                // killed after it: the new limit applies, and putters find out at the end of their slice
                Volatile.Write(ref _state->Maxsize, value);
                _state->Get.Commit(_state->Get.Own);   // so that no thread that saw the old limit goes to sleep now
            }

            Wake(RingWait.Put, int.MaxValue);
        }
    }

    /// <summary>Sets the limits of a ring that is not shared yet.</summary>
    public void SetLimits(int maxsize, long maxUnread) => (_state->Maxsize, _state->MaxUnread) = (maxsize, maxUnread);

    /// <summary>Ends the ring: nothing more is put, and waiters continue.</summary>
    /// <param name="drops">Whether the remaining messages are dropped.</param>
    public void ShutDown(bool drops)
    {
        using (_putGate.Enter())
        {
            CheckOpen();
            Volatile.Write(ref _state->IsShutDown, 1);
            _state->Put.Commit(_state->Put.Own);
        }

        // Killed here, or anywhere below: it is shut down. Waiters find out at the end of their slice; messages that were to be dropped can
        // still be taken.

        Wake(RingWait.Get, int.MaxValue);
        using (_getGate.Enter())
        {
            CheckOpen();
            _state->Get.Commit(drops ? DroppedUnderGate(_state->Get.Own) : _state->Get.Own);
            if (drops)
            {
                Segment.FreePages(_regions, RingRegion.TotalBytes);   // nothing more is put
            }
        }

        Wake(RingWait.Put, int.MaxValue);
        NotifyIfAllDone();
    }

    /// <summary>
    /// Ends this process's use: waits for calls in progress to leave; waiting and later calls get an <see cref="ObjectDisposedException"/>.
    /// </summary>
    /// <remarks>
    /// A thread that is inside a gate when the memory is unmapped would leave the gate locked, so the gates are waited for; but not if
    /// another process holds them.
    /// </remarks>
    /// <returns>Whether this call closed it.</returns>
    public bool Close()
    {
        if (Interlocked.Exchange(ref _isClosed, true))
        {
            return false;
        }

        AwaitLeaving(_putGate);
        AwaitLeaving(_getGate);
        Wake(RingWait.Get, int.MaxValue);   // also those of other processes, which check and go back to sleep
        Wake(RingWait.Put, int.MaxValue);
        Wake(RingWait.Join, int.MaxValue);
        return true;
    }

    /// <summary>Makes waiters check again for a change beside the ring.</summary>
    public void WakeAll(RingWait what)
    {
        SharedGate gate = what == RingWait.Get ? _putGate : _getGate;
        if (gate.TryEnter(Deadline.After(s_closingSlice), out SharedGate.Scope scope))   // otherwise they check after their slice
        {
            using (scope)
            {
                RingCursor* cursor = what == RingWait.Get ? &_state->Put : &_state->Get;
                cursor->Commit(cursor->Own);
            }
        }

        Wake(what, int.MaxValue);
    }

    /// <exception cref="ObjectDisposedException">It is closed in this process.</exception>
    public void CheckOpen()
    {
        if (IsClosed)
        {
            throw new ObjectDisposedException(_name, $"The {_name} was closed in this process.");
        }
    }

    /// <summary>The place after the last message. Under the get gate, once it is shut down.</summary>
    private RingPlace DroppedUnderGate(RingPlace get)
    {
        RingPlace put = _state->Put.Read(out _);
        return put with { Dropped = get.Dropped + put.Count - get.Count };
    }

    private static void AwaitLeaving(SharedGate gate)
    {
        while (gate.Owner == ProcessTable.Self)
        {
            if (gate.TryEnter(Deadline.After(s_closingSlice), out SharedGate.Scope scope))
            {
                scope.Dispose();
                return;
            }
        }
    }

    /// <summary>Wakes one waiter for what the caller has just committed.</summary>
    private void WakeOne(RingWait what) => Wake(what, 1);

    private void Wake(RingWait what, int count)
    {
        Interlocked.MemoryBarrier();   // the commit is published before the count is read; pairs with Announce
        if (Peers.CountOf(what) > 0)
        {
            Futex.Wake(WordOf(what), count);
        }

        GC.KeepAlive(this);
    }

    private int* WordOf(RingWait what) => what switch
    {
        RingWait.Get => RingCursor.WordOf(&_state->Put),
        RingWait.Put => RingCursor.WordOf(&_state->Get),
        _ => &_state->AllDone,
    };
}
