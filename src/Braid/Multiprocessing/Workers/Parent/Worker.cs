namespace Braid.Multiprocessing;

/// <summary>A child process, as its parent sees it.</summary>
/// <remarks>
/// The order at its end: the monitor notices the end, reads the rest of its output, queries how it ended while the dead process still keeps
/// its pid, kills the rest of its group, and only then reaps it; so no signal can ever reach another process that was given the same pid.
/// Then the supervisor delivers the messages in the rings (a complete result counts), and finally the death.
/// </remarks>
internal sealed unsafe partial class Worker
{
    // for the handler of the lines, which may itself wait for the answer
    private static readonly TimeSpan s_outputLimit = TimeSpan.FromSeconds(1);

    private const int MaxRestBytes = 1 << 20;   // more than a pipe holds, unless a grandchild that has left the group goes on writing

    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly SpawnedProcess _spawned;
    private readonly OutputTail _output;
    private readonly OutputTail _error;
    private readonly long? _outOfMemoryBefore = OomKills.Count();
    private WorkerEnd? _end;                 // by the monitor
    private bool _isReaped;                  // written under _gate, by the monitor
    private ExitReason _killReason;          // written once, under _gate
    private int _undelivered;                // by Interlocked: lines that were read and not yet passed on
    private string? _fault;                  // written once, by the owner or the supervisor's thread: what was wrong with its shared memory
    private long _startedRunningAt;          // stopwatch ticks, or 0 while it runs nothing; by the owner
    private readonly bool _leavesFiles;      // the files through which diagnostics tools attach
    private readonly Sandbox? _sandbox;
    private readonly string? _folder;        // its own temporary folder; null if it has none
    private readonly ProcessTable? _table;   // its own table of processes; null if it has this process's

    // Orders: _isReaped is stored under _gate once nothing of the process runs; a kill takes the gate and reads it again, so no signal goes
    // to another process's pid. _fault is published whole; a thread that still delivers messages meanwhile reads only data that is checked
    // anyway. _startedRunningAt stands alone. A line is counted in _undelivered before its reader says that it no longer reads, and
    // uncounted once it is passed on.

    private Worker(
        SpawnedProcess spawned,
        Channel channel,
        int token,
        WorkerSettings settings,
        ProcessTable? table,
        string? folder,
        IWorkerOwner owner)
    {
        _spawned = spawned;
        (_sandbox, _table, _folder) = (settings.Sandbox, table, folder);
        Channel = channel;
        Token = token;
        _leavesFiles = settings.Diagnostics;
        OutputTarget = settings.OutputTarget;
        Owner = owner;
        _output = new OutputTail(spawned.Output, isError: false, Print);
        _error = new OutputTail(spawned.Error, isError: true, Print);
    }

    public Channel Channel { get; }

    public int Token { get; }

    public int Pid => _spawned.Pid;

    public int PidDescriptor => _spawned.PidDescriptor;

    /// <summary>The bell that it rings, if it is in a sandbox and cannot ring that of this process.</summary>
    public SharedBell? Bell => _table is null ? null : new SharedBell(_table.BellWordOf(ProcessTable.Self));

    /// <summary>Gets the lines it prints from now on. Changed when a spare is taken, before it is given its task.</summary>
    public Action<string, bool> OutputTarget { get; set; }

    /// <summary>Its owner. Changed only on the supervisor's thread, or before the supervisor knows the worker.</summary>
    public IWorkerOwner Owner { get; set; }

    public OutputTail Output => _output;

    public OutputTail Error => _error;

    public bool IsDead => Volatile.Read(ref _isReaped);

    /// <summary>Whether it has sent messages that are not delivered yet.</summary>
    public bool HasResponse => !IsCorrupted && Channel.Responses.HasMessage;

    private bool IsCorrupted => Volatile.Read(ref _fault) is not null;

    /// <summary>Its private memory when last measured.</summary>
    public long? PrivateBytes { get; private set; }

    /// <summary>Set when a task begins, zero when it ends.</summary>
    public long StartedRunningAt
    {
        get => Volatile.Read(ref _startedRunningAt);
        set => Volatile.Write(ref _startedRunningAt, value);
    }

    /// <summary>Starts one. Blocks for a fraction of a millisecond; the worker reports later that it is up.</summary>
    /// <returns>
    /// The worker, which may be dead by now. The channel carries an extra reference owned by the caller; release it once no sent request is
    /// needed.
    /// </returns>
    /// <exception cref="WorkerStartException">It cannot be started.</exception>
    public static Worker Start(WorkerSettings settings, IWorkerOwner owner)
    {
        WorkerProgram.CheckThatWorkersCanStart();
        if (settings.Sandbox is { } sandbox)
        {
            SandboxStrength.Current.Require(sandbox);
        }

        Channel channel;
        try
        {
            ProcessMonitor.Prepare();
            channel = Channel.Create(opensNothing: settings.Sandbox is not null);
        }
        catch (OutOfMemoryException exception)
        {
            throw new WorkerStartException($"A worker cannot be watched: {exception.Message}", exception);
        }
        catch (IOException exception)
        {
            throw new WorkerStartException($"There is no shared memory to talk to a worker through: {exception.Message}", exception);
        }

        int token = 0;
        string? folder = null;
        ProcessTable? table = null;
        try
        {
            token = ProcessTable.Current.Reserve();
            folder = settings.Sandbox is { TemporaryFolder: true } ? TemporaryFolders.Create() : null;
            table = settings.Sandbox is null ? null : TableFor(token);
            using SandboxFence? fence = FenceOf(settings, folder);
            SpawnedProcess spawned = Spawner.Start(
                channel,
                table ?? ProcessTable.Current,
                token,
                WorkerProgram.EnvironmentFor(token, settings, folder),
                settings.Processors,
                fence?.Thread);
            var worker = new Worker(spawned, channel, token, settings, table, folder, owner);
            WorkerObserver.OnStart(worker.Pid);   // first, so that its end is reported after it
            channel.Segment.AddReference();
            Supervisor.Add(worker);
            ProcessMonitor.Add(worker);
            ProgramCode.BeginLoading();
            return worker;
        }
        catch
        {
            if (token != 0)
            {
                ProcessTable.Current.MarkDead(token);
            }

            if (folder is not null)
            {
                TemporaryFolders.Delete(folder);
            }

            table?.Segment.Release();
            channel.Segment.Release();
            throw;
        }
    }

    /// <summary>Releases the memory that it shares with this process. For the supervisor, once its end was delivered.</summary>
    public void ReleaseMemory()
    {
        Channel.Segment.Release();
        _table?.Segment.Release();
    }

    private static ProcessTable TableFor(int token)
    {
        try
        {
            return ProcessTable.Current.CreateFor(token);
        }
        catch (IOException exception)
        {
            throw new WorkerStartException($"There is no shared memory for a worker's table of processes: {exception.Message}", exception);
        }
    }

    private static SandboxFence? FenceOf(WorkerSettings settings, string? folder)
    {
        try
        {
            return settings.Sandbox is null ? null : new SandboxFence(settings.Sandbox, folder);
        }
        catch (IOException exception)
        {
            throw new WorkerStartException($"A worker cannot be started: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// What must be passed on before an answer of the worker: the reports of its task, and the lines that the task has printed. By the
    /// supervisor's thread.
    /// </summary>
    /// <param name="kind">The kind of the answer.</param>
    /// <param name="reports">Where the task's reports are passed on; null if it has none.</param>
    /// <returns>Null if the answer need not wait.</returns>
    public SerialQueue? Before(int kind, SerialQueue? reports)
    {
        if ((kind & FrameKind.MayHavePrinted) == 0 || !HasOutput)
        {
            return reports;
        }

        SerialQueue after = reports ?? new SerialQueue();
        after.Post(WaitForOutput);
        return after;
    }

    /// <summary>
    /// Whether any line that it has printed is not passed on yet. What it printed before it answered is in its pipes, being read, or among
    /// the waiting lines.
    /// </summary>
    private bool HasOutput
    {
        get
        {
            Span<PollEntry> pipes = [new PollEntry(_output.Descriptor), new PollEntry(_error.Descriptor)];
            if (!IsDead)
            {
                // first: what has left the pipes was taken by a reader, which then says that it is reading
                Descriptors.Poll(pipes, milliseconds: 0);
            }

            return pipes[0].Has != 0 || pipes[1].Has != 0 || _output.IsBeingRead || _error.IsBeingRead
                || Volatile.Read(ref _undelivered) != 0;
        }
    }

    private void WaitForOutput()
    {
        var isPassedOn = new Threading.Event();
        ProcessMonitor.AfterOutput(this, isPassedOn.Set);
        isPassedOn.TryWait(s_outputLimit);
    }

    public void MeasureMemory() => PrivateBytes = ProcessStatus.PrivateBytesOf(Pid) ?? PrivateBytes;

    /// <summary>Sends a request. For the owner, one thread at a time.</summary>
    /// <returns>Its place, from which it can be taken back; null if there is no room now.</returns>
    /// <param name="kind">One of <see cref="FrameKind"/>, with its flags.</param>
    /// <param name="id">The task's number.</param>
    /// <param name="payload">What is sent.</param>
    /// <param name="first">For a chunk of a map: the item to begin with.</param>
    public RequestPlace? TrySend(int kind, long id, RequestPayload payload, int first = 0)
    {
        if (payload.Inline is byte[] inline)
        {
            return TrySend(kind, id, inline, first);
        }

        if (Channel.LargeRequests is { } large)
        {
            return TrySendCopy(large, kind | FrameKind.InLargeRing, id, payload, first);
        }

        var place = new PayloadPlace(payload.Segment!.Handle, payload.Bytes);
        return TrySend(kind | FrameKind.InSegment, id, new ReadOnlySpan<byte>(&place, sizeof(PayloadPlace)), first);
    }

    /// <inheritdoc cref="TrySend(int, long, RequestPayload, int)"/>
    public RequestPlace? TrySend(int kind, long id, ReadOnlySpan<byte> bytes, int first = 0)
    {
        RingMessage* message = ReserveRequest(bytes.Length);
        if (message is null)
        {
            return null;
        }

        bytes.CopyTo(new Span<byte>(RingMessage.Data(message), bytes.Length));
        message->First = first;
        Channel.Requests.Commit(message, bytes.Length, kind, id);
        Channel.WakeWorker();
        return new RequestPlace((nint)message, Channel.Requests.BegunAt);
    }

    /// <summary>Sends a copy of a large request in the channel, to a worker that can open no segment of this process.</summary>
    private RequestPlace? TrySendCopy(SpscRing large, int kind, long id, RequestPayload payload, int first)
    {
        try
        {
            RingMessage* message = Channel.Requests.Reserve(0, out _);
            RingMessage* copy = message is null ? null : large.Reserve(payload.Bytes, out _);
            if (copy is null)
            {
                return null;   // what is reserved and not committed does not exist
            }

            Buffer.MemoryCopy(payload.Segment!.Data, RingMessage.Data(copy), payload.Bytes, payload.Bytes);
            large.Commit(copy, payload.Bytes, kind, id);
            message->First = first;
            Channel.Requests.Commit(message, 0, kind, id);
            Channel.WakeWorker();
            return new RequestPlace((nint)message, Channel.Requests.BegunAt);
        }
        catch (InvalidDataException exception)
        {
            KillCorrupted(exception.Message);
            return null;
        }
    }

    /// <summary>Takes a request back. For the owner, one thread at a time; possible even if the worker is dead.</summary>
    /// <returns>False if the worker has begun it.</returns>
    public bool TryTakeBack(RequestPlace place) =>
        // Worker and owner race for the claim of the message: it is begun or taken back, never both. If it has been read, another message
        // may lie there by now.
        Channel.Requests.ReadBytes <= place.Position && Interlocked.CompareExchange(ref ((RingMessage*)place.Message)->Claim, 2, 0) == 0;

    /// <summary>Stops the running item of the running chunk if that item has run too long. For the owner.</summary>
    /// <returns>
    /// Null if it is stopped, or if its function has not reached the items; otherwise how much time the running item has left.
    /// </returns>
    public TimeSpan? TryStopItem(long task, TimeSpan limit)
    {
        ItemPlace* place = &Channel.Control->Items;
        // Each read is an acquire, in the order that ItemStream's remarks ask for; the exchange stops exactly the item whose time was read,
        // or fails.
        while (Volatile.Read(ref place->Task) == task)
        {
            int item = Volatile.Read(ref place->Item);   // before the time: a time read later belongs to this item or to the next
            // if it belongs to the next, it is too early to stop
            TimeSpan left = limit - Stopwatch.GetElapsedTime(Volatile.Read(ref place->BegunAt));
            if (left > TimeSpan.Zero)
            {
                return left;
            }

            // Pairs with the one in ItemStream.EndTimedItem: ended in time, or stopped
            if (Interlocked.CompareExchange(ref place->Item, item | 1, item) == item)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Reads what a dead worker has left of a chunk. For the owner.</summary>
    /// <param name="task">The chunk's number.</param>
    /// <param name="first">The item with which it was to begin.</param>
    /// <param name="count">How many items the chunk has.</param>
    public LeftItems ReadItems(long task, int first, int count)
    {
        ItemPlace place = Channel.Control->Items;   // the worker is dead, and what it has written may be nonsense
        if (place.Task != task || place.First != first)
        {
            return new LeftItems(first, null);
        }

        int running = place.Item / 2;
        int results = place.RawBytes > 0 ? running - first : place.Kept;
        long failureBytes = place.RawBytes > 0 ? 0 : place.FailureBytes;
        if (place.Item < 0 || running < first || running > count || results < 0 || results > running - first || place.RawBytes < 0)
        {
            return new LeftItems(first, null);
        }

        long resultBytes = place.ResultBytes + ((long)place.RawBytes * results);
        long bytes = resultBytes + failureBytes;
        bool canBe = place.ResultBytes is >= 0 and <= int.MaxValue && failureBytes is >= 0 and <= int.MaxValue
            && resultBytes <= int.MaxValue;
        if (!canBe || (results == 0 && failureBytes == 0) || bytes > System.Array.MaxLength)
        {
            return new LeftItems(running, null);
        }

        try
        {
            return new LeftItems(running, new KeptItems(Channel.Items.Reserved((int)bytes).ToArray(), resultBytes, failureBytes, results));
        }
        catch (InvalidDataException)
        {
            return new LeftItems(running, null);
        }
    }

    /// <summary>Delivers the worker's messages. By the supervisor's thread.</summary>
    /// <returns>Whether there were any.</returns>
    public bool DrainResponses()
    {
        bool any = false;
        try
        {
            while (!IsCorrupted && Channel.Responses.TryPeek(out RingFrame message))
            {
                any = true;
                Deliver(message);
                Channel.Responses.Consume(message);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or PayloadException or OverflowException)
        {
            KillCorrupted(exception.Message);
        }

        return any;
    }

    private void Deliver(in RingFrame message)
    {
        if ((message.Kind & FrameKind.KindMask) is < FrameKind.Hello or > FrameKind.Unsent || (message.Kind & ~FrameKind.OfResponses) != 0)
        {
            throw new InvalidDataException($"a message is of kind 0x{message.Kind:X}, which no worker sends");
        }

        SpscRing? elsewhere = (message.Kind & FrameKind.InLargeRing) != 0 ? Channel.Large
            : (message.Kind & FrameKind.InItemsRing) != 0 ? Channel.Items
            : null;
        if (elsewhere is null)
        {
            Owner.OnFrame(this, message.Kind, message.Id, message.Data, message.Bytes);
            return;
        }

        if (!elsewhere.TryPeek(out RingFrame large) || large.Id != message.Id)
        {
            throw new InvalidDataException("a message says that its bytes are in another ring, where they are not");
        }

        Owner.OnFrame(this, message.Kind, message.Id, large.Data, large.Bytes);
        elsewhere.Consume(large);
    }

    private RingMessage* ReserveRequest(int bytes)
    {
        try
        {
            return Channel.Requests.Reserve(bytes, out _);
        }
        catch (InvalidDataException exception)
        {
            KillCorrupted(exception.Message);
            return null;
        }
    }

    private void Print(string line, bool isError)
    {
        Action<string, bool> to = OutputTarget;
        Interlocked.Increment(ref _undelivered);
        WorkerOutput.Write(Deliver, line, isError);

        void Deliver(string line, bool isError)
        {
            try
            {
                to(line, isError);
            }
            finally
            {
                Interlocked.Decrement(ref _undelivered);
            }
        }
    }
}

/// <summary>Where the bytes of a large request lie.</summary>
internal readonly record struct PayloadPlace(SegmentHandle Segment, long Bytes);
