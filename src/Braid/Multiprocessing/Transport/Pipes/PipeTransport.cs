namespace Braid.Multiprocessing;

/// <summary>A pipe as one of its ends sees it: a message ring each way, in one segment.</summary>
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

    /// <summary>Makes the segment of a new pipe, whose ends have no holders yet.</summary>
    public static unsafe Segment Create(bool isDuplex)
    {
        Segment segment = Segment.Create(SegmentKind.Pipe, RingsAt + (2 * RingBytes));
        ((PipeState*)segment.Data)->IsDuplex = isDuplex ? 1 : 0;
        RingOf(segment, 0).Limit(maxsize: 0, MaxUnread);
        RingOf(segment, 1).Limit(maxsize: 0, MaxUnread);
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
        return await call.WaitAsync(this, timeout, token).ConfigureAwait(false) ? (call.Rule.Outcome, call.Rule.Message) : (RingOutcome.Wait, default);
    }

    public override bool Poll(TimeSpan timeout, CancellationToken token)
    {
        var rule = new PollRule(this);
        return SharedWait.Wait(this, ref rule, Deadline.After(timeout), token);
    }

    public override ValueTask<bool> PollAsync(TimeSpan timeout, CancellationToken token) =>
        new SharedCall<PollRule>(new PollRule(this)).WaitAsync(this, timeout, token);

    public override ISharedRule NewPoll() => new PollRule(this);

    /// <summary>Holds this end for a twin that is being sent.</summary>
    public Lease Lend()
    {
        Incoming.CheckOpen();
        return new EndLease(Segment, _ownEnd, _ownEnd.BeginTransit(EndNumber));
    }

    public override void Close()
    {
        Incoming.Close();
        Outgoing.Close();
        _ownEnd.Remove();
        Incoming.Stir(RingWait.Put);    // the other end looks whether it is alone now
        Outgoing.Stir(RingWait.Get);
        Segment.Release();
    }

    /// <summary>The ring that an end writes.</summary>
    private static MessageRing RingOf(Segment segment, int end) => new(segment, Name, RingsAt + (end * RingBytes));

    private sealed class EndLease(Segment segment, PipeEnd end, long part) : Lease(segment, part)
    {
        public override void Release()
        {
            end.EndUnclaimed(Part);
            base.Release();
        }
    }
}
