namespace Braid.Multiprocessing;

/// <summary>A pipe, as seen by one of its ends: a message ring in each direction, in one segment.</summary>
internal sealed class PipeTransport : ConnectionTransport, IShared
{
    private const string Name = "Connection";
    private const long MaxUnread = 1024 * 1024;
    private const long RingsAt = (PipeState.Size + 4095L) & -4096L;
    private const long RingBytes = (MessageRing.Bytes + 4095L) & -4096L;

    private readonly bool _isDuplex;
    private readonly PipeEnd _ownEnd;

    /// <summary>Takes over a reference to the segment, and holds the end from now on.</summary>
    public unsafe PipeTransport(Segment segment, int endNumber)
    {
        Segment = segment;
        EndNumber = endNumber;
        _isDuplex = ((PipeState*)segment.Data)->IsDuplex != 0;
        _ownEnd = new PipeEnd(segment, endNumber);
        OtherEnd = new PipeEnd(segment, 1 - endNumber);
        Outgoing = RingOf(segment, endNumber);
        Incoming = RingOf(segment, 1 - endNumber);
        _ownEnd.Add();
    }

    public Segment Segment { get; }

    /// <summary>Which end this is: 0 or 1.</summary>
    public int EndNumber { get; }

    public PipeEnd OtherEnd { get; }

    public MessageRing Outgoing { get; }

    public MessageRing Incoming { get; }

    public override bool IsReadable => _isDuplex || EndNumber == 0;

    public override bool IsWritable => _isDuplex || EndNumber == 1;

    public override bool IsPlain => false;

    public override string EndText => "No live process has the other end of the pipe open, and everything that was sent has been received.";

    public override string BrokenText =>
        "The pipe is broken: no live process has its other end open, so the message was not sent. Every process that had it has closed " +
        "it or ended.";

    /// <summary>Creates the segment of a new pipe, whose ends have no holders yet.</summary>
    public static unsafe Segment Create(bool isDuplex)
    {
        Segment segment = Segment.Create(SegmentKind.Pipe, RingsAt + (2 * RingBytes));
        ((PipeState*)segment.Data)->IsDuplex = isDuplex ? 1 : 0;
        RingOf(segment, 0).SetLimits(maxsize: 0, MaxUnread);
        RingOf(segment, 1).SetLimits(maxsize: 0, MaxUnread);
        return segment;
    }

    public override bool Send(MessageBuffer message, CancellationToken token)
    {
        var rule = new SendRule(this, message, Spinning.SharedTurns);
        SharedWait.Wait(this, ref rule, Deadline.Never, token);
        return !rule.IsBroken;
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public override async ValueTask<bool> SendAsync(MessageBuffer message, CancellationToken token)
    {
        var call = new SharedCall<SendRule>(new SendRule(this, message));
        await call.WaitAsync(this, Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);
        return !call.Rule.IsBroken;
    }

    public override bool SendBytes(ReadOnlySpan<byte> bytes, CancellationToken token)
    {
        using MessageBuffer message = Copy(bytes);
        return Send(message, token);
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public override async ValueTask<bool> SendBytesAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        using MessageBuffer message = Copy(bytes.Span);
        return await SendAsync(message, token).ConfigureAwait(false);
    }

    public override RingOutcome Receive(out Message message, TimeSpan timeout, CancellationToken token)
    {
        var rule = new ReceiveRule(this, Spinning.SharedTurns);
        bool isTaken = SharedWait.Wait(this, ref rule, Deadline.After(timeout), token);
        message = rule.Message;
        return isTaken ? rule.Outcome : RingOutcome.Wait;
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public override async ValueTask<(RingOutcome Outcome, Message Message)> ReceiveAsync(TimeSpan timeout, CancellationToken token)
    {
        var call = new SharedCall<ReceiveRule>(new ReceiveRule(this));
        return await call.WaitAsync(this, timeout, token).ConfigureAwait(false)
            ? (call.Rule.Outcome, call.Rule.Message)
            : (RingOutcome.Wait, default);
    }

    public override bool Poll(TimeSpan timeout, CancellationToken token)
    {
        var rule = new RingRule<PollAttempt>(new(this));
        return SharedWait.Wait(this, ref rule, Deadline.After(timeout), token);
    }

    public override ValueTask<bool> PollAsync(TimeSpan timeout, CancellationToken token) =>
        new SharedCall<RingRule<PollAttempt>>(new(new(this))).WaitAsync(this, timeout, token);

    public override ISharedRule NewPoll() => new RingRule<PollAttempt>(new(this));

    /// <summary>The object as the wait graph shows it.</summary>
    public override string ToString() => Name;

    /// <summary>Holds this end for a connection that is being sent.</summary>
    public override Lease Lend()
    {
        Incoming.CheckOpen();
        return new EndLease(Segment, _ownEnd, _ownEnd.BeginTransit(EndNumber));
    }

    public override void Close()
    {
        Incoming.Close();
        Outgoing.Close();
        _ownEnd.Remove();
        Incoming.WakeAll(RingWait.Put);    // the other end checks whether it is alone now
        Outgoing.WakeAll(RingWait.Get);
        Segment.Release();
    }

    private static MessageBuffer Copy(ReadOnlySpan<byte> bytes)
    {
        var message = MessageBuffer.Rent();
        message.Writer.WriteRaw(TypeStamp.Bytes);
        message.Writer.WriteBytes(bytes);
        return message;
    }

    /// <summary>The ring into which an end writes.</summary>
    private static MessageRing RingOf(Segment segment, int end) => new(segment, Name, RingsAt + (end * RingBytes));

    private sealed class EndLease(Segment segment, PipeEnd end, long subHandle) : Lease(segment, subHandle)
    {
        public override void Release()
        {
            end.EndUnclaimed(SubHandle);
            base.Release();
        }
    }
}
