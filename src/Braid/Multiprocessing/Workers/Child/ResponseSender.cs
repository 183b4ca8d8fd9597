namespace Braid.Multiprocessing;

/// <summary>Sends a worker's messages to its parent. Any thread may call it.</summary>
internal sealed unsafe class ResponseSender
{
    // Guards the buffer, the writer, and the sending side of the rings
    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly Channel _channel;
    private readonly ResponseBuffer _buffer;
    private readonly PayloadWriter _writer;
    // guarded by _gate: the leases of sent messages
    private readonly System.Collections.Generic.Queue<(long Position, List<Lease> Leases)> _carried = new();

    public ResponseSender(Channel channel)
    {
        _channel = channel;
        _buffer = new ResponseBuffer(channel);
        _writer = new PayloadWriter(_buffer);
    }

    /// <summary>The task whose code runs; 0 for none.</summary>
    // Orders: RunningTask is written before the task's code begins and after it has ended, and read by the code's reports, on whatever
    // thread.
    public long RunningTask
    {
        get => Volatile.Read(ref _channel.Control->RunningTask);
        set => Volatile.Write(ref _channel.Control->RunningTask, value);
    }

    /// <summary>Sends a message without bytes.</summary>
    public void Send(int kind, long id)
    {
        using (_gate.EnterScope())
        {
            _buffer.Send(kind, id);
        }
    }

    /// <summary>Sends a task's result, or, if it cannot travel, an exception that says so.</summary>
    /// <param name="additions">Flags to add to the kind.</param>
    /// <param name="id">The task.</param>
    /// <param name="result">Writes the result.</param>
    public void Answer(int additions, long id, Action<PayloadWriter> result)
    {
        Exception? failure = null;
        try
        {
            Send(FrameKind.Result | additions, id, result);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        if (failure is not null)
        {
            // not in the catch block: a result that is too deep for the stack has left no room there
            Fail(FrameKind.Unsent | additions, id, failure);
        }
    }

    /// <summary>Sends the complete results of a chunk.</summary>
    public void AnswerItems(int additions, long id, ItemStream items)
    {
        using (_gate.EnterScope())
        {
            ReleaseConsumed();
            List<Lease>? carried = items.Carried is { Count: > 0 } any ? any : null;
            int kind = FrameKind.Result | FrameKind.InItemsRing | additions | (carried is null ? 0 : FrameKind.CarriesSegments);
            items.Finish(kind, id);
            _buffer.Send(kind, id);
            if (carried is not null)
            {
                _carried.Enqueue((_channel.Responses.WrittenBytes, carried));
            }
        }
    }

    /// <summary>Sends an exception.</summary>
    public void Fail(int kind, long id, Exception exception) => Send(kind, id, writer => Payload.Write(writer, exception));

    public void Send(int kind, long id, Action<PayloadWriter> write)
    {
        using (_gate.EnterScope())
        {
            _writer.Reset(_buffer, WorkerFence.Source);
            try
            {
                write(_writer);
            }
            catch
            {
                _buffer.Clear();
                throw;
            }

            if ((kind & FrameKind.KindMask) == FrameKind.Result)
            {
                KillPoint.Reach(KillPoint.InTheResult);
            }

            ReleaseConsumed();
            if (_writer.Carried is { Count: > 0 } carried)
            {
                kind |= FrameKind.CarriesSegments;
                FrameCopy.WriteCarried(_writer, carried);
                _buffer.Send(kind, id);
                _carried.Enqueue((_channel.Responses.WrittenBytes, carried));
            }
            else
            {
                _buffer.Send(kind, id);
            }
        }
    }

    /// <summary>
    /// Blocks until the parent has read all messages that refer to memory of this process, but not forever, since the parent may be
    /// stopped.
    /// </summary>
    public void WaitUntilCarriedIsOpened()
    {
        var limit = Deadline.After(TimeSpan.FromSeconds(5));
        var waiting = default(SpinWait);
        while (_carried.Count > 0 && !limit.HasPassed)
        {
            ReleaseConsumed();
            waiting.SpinOnce();
        }
    }

    private void ReleaseConsumed()
    {
        while (_carried.TryPeek(out (long Position, List<Lease> Leases) oldest) && _channel.Responses.ReadBytes >= oldest.Position)
        {
            oldest.Leases.ForEach(static lease => lease.Release());
            _carried.Dequeue();
        }
    }
}

/// <summary>The progress target of a task in a worker.</summary>
internal sealed class ProgressSender<T> : IProgress<T>
{
    private readonly long _task = WorkerMain.Responses?.RunningTask ?? 0;

    public void Report(T value) => WorkerMain.Responses?.Send(FrameKind.Progress, _task, writer => Payload.Write(writer, value));

    /// <summary>Makes a call that holds nothing but the function.</summary>
    public static Func<TResult> Call<TResult>(Func<IProgress<T>, TResult> function) => () => function(new ProgressSender<T>());
}
