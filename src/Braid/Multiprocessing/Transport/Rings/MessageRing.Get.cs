namespace Braid.Multiprocessing;

internal sealed unsafe partial class MessageRing
{
    private const long SmallRegion = 4 * 1024 * 1024;   // below this, a ring's pages are not worth returning

    /// <summary>Takes the next message, if there is one.</summary>
    /// <param name="message">The message, to be disposed.</param>
    /// <param name="sleepOn">
    /// If there is none, or another getter is at work: the word that changes when another attempt is worthwhile.
    /// </param>
    public RingOutcome TryGet(out Message message, out FutexPoint sleepOn)
    {
        CheckOpen();
        Peers.ClearTaken();
        message = default;
        RingOutcome outcome = Probe(_state->Get.Read(out _), out _, out sleepOn);
        if (outcome != RingOutcome.Done)
        {
            return outcome;
        }

        if (!_getGate.TryEnter(out SharedGate.Scope scope, out sleepOn))
        {
            return RingOutcome.Busy;
        }

        using (scope)
        {
            CheckOpen();
            RingPlace get = _state->Get.Own;
            outcome = Probe(get, out RingPlace put, out sleepOn);
            if (outcome != RingOutcome.Done)
            {
                return outcome;
            }

            Check(put, get);
            RingSpan source = Next(ref get, put.Bytes - get.Bytes, out long length, out int segments);
            message = new Message(length) { Carried = Open(ref source, segments) };
            message.Fill(ref source);
            Advance(ref get, length, segments);
            Peers.NoteTakenUnderGate(get.Count);
            // killed here: it is still there for another getter, which moves the cursor past the recorded number
            KillPoint.Reach(KillPoint.MessageCopied);
            _state->Get.Commit(get);
            // killed here: it is gone with this process; putters find the room at the end of their slice
            KillPoint.Reach(KillPoint.MessageGot);
        }

        WakeOne(RingWait.Put);
        return RingOutcome.Done;
    }

    /// <summary>Takes the next message, if there is one. Waits only for a getter at work, for a second at most.</summary>
    public RingOutcome GetNow(out Message message)
    {
        RingOutcome outcome = TryGet(out message, out FutexPoint sleepOn);
        for (var limit = Deadline.After(s_nowaitLimit); outcome == RingOutcome.Busy && !limit.HasPassed;
            outcome = TryGet(out message, out sleepOn))
        {
            sleepOn.Sleep(SharedWait.SliceMilliseconds);
        }

        return outcome;
    }

    /// <summary>Reads the next message, if there is one, and leaves it in place: a get that ends before its commit.</summary>
    /// <param name="message">A copy of the message, to be disposed.</param>
    /// <param name="carries">
    /// Whether it refers to shared objects. It is not read then: an end of a pipe inside it can arrive only once.
    /// </param>
    /// <param name="sleepOn">
    /// If there is none, or another getter is at work: the word that changes when another attempt is worthwhile.
    /// </param>
    public RingOutcome TryPeek(out Message message, out bool carries, out FutexPoint sleepOn)
    {
        CheckOpen();
        Peers.ClearTaken();
        (message, carries) = (default, false);
        if (!_getGate.TryEnter(out SharedGate.Scope scope, out sleepOn))
        {
            return RingOutcome.Busy;
        }

        using (scope)
        {
            CheckOpen();
            RingPlace get = _state->Get.Own;
            RingOutcome outcome = Probe(get, out RingPlace put, out sleepOn);
            if (outcome == RingOutcome.Done)
            {
                Check(put, get);
                RingSpan source = Next(ref get, put.Bytes - get.Bytes, out long length, out int segments);
                carries = segments > 0;
                if (!carries)
                {
                    message = new Message(length);
                    message.Fill(ref source);
                }
            }

            return outcome;
        }
    }

    /// <summary>Reads the next message, if there is one. Waits only for a getter at work, for a second at most.</summary>
    /// <inheritdoc cref="TryPeek"/>
    public RingOutcome PeekNow(out Message message, out bool carries)
    {
        RingOutcome outcome = TryPeek(out message, out carries, out FutexPoint sleepOn);
        for (var limit = Deadline.After(s_nowaitLimit); outcome == RingOutcome.Busy && !limit.HasPassed;
            outcome = TryPeek(out message, out carries, out sleepOn))
        {
            sleepOn.Sleep(SharedWait.SliceMilliseconds);
        }

        return outcome;
    }

    /// <summary>Whether there is a message.</summary>
    /// <param name="sleepOn">If not: the word that changes when there may be.</param>
    public bool HasMessage(out FutexPoint sleepOn)
    {
        CheckOpen();
        return Probe(_state->Get.Read(out _), out _, out sleepOn) != RingOutcome.Wait;
    }

    /// <summary>Whether there is a message after that place.</summary>
    private RingOutcome Probe(in RingPlace get, out RingPlace put, out FutexPoint sleepOn)
    {
        bool isEnding = IsShutDown;   // read before the place: nothing is put after it was set, so that place is the last
        put = _state->Put.Read(out int version);
        if (put.Count < get.Count)
        {
            Check(put, get);          // otherwise the wait might never end: it is read later, so it cannot be behind
        }

        GC.KeepAlive(this);
        sleepOn = new FutexPoint(RingCursor.WordOf(&_state->Put), version);
        return put.Count > get.Count ? RingOutcome.Done : isEnding ? RingOutcome.Ended : RingOutcome.Wait;
    }

    /// <summary>Advances to the next message, which is there.</summary>
    private RingSpan Next(ref RingPlace get, long unread, out long length, out int segments)
    {
        RingSpan source = At(get);
        length = ReadNumber(ref source);
        if (length < 0)
        {
            if (~length >= RingRegion.Count)
            {
                throw Damaged($"at {get} it goes on in ring {~length}, of {RingRegion.Count}");
            }

            FreeRegion(get);
            get.Region = ~length;
            get.Offset = 0;
            source = At(get);
            length = ReadNumber(ref source);
        }

        long handles = length < 0 || (length & CarriesSegments) == 0 ? 0 : ReadNumber(ref source);
        length &= ~CarriesSegments;
        long most = Math.Min(unread, RingRegion.SizeOf(get.Region));
        if (length < 0 || length > most || (ulong)handles > (ulong)(most - length) / (ulong)CarriedBytes)
        {
            throw Damaged(
                $"at {get} a message says that it has {length} bytes and {handles} handles of shared memory, where there are {most} bytes");
        }

        segments = (int)handles;
        return source;
    }

    private static void Advance(ref RingPlace get, long length, int segments)
    {
        long taken = sizeof(long) + Align(length) + (segments == 0 ? 0 : sizeof(long) + (segments * CarriedBytes));
        get.Offset += taken;
        get.Bytes += taken;
        get.Count++;
    }

    /// <summary>Opens the objects to which a message refers, before its sender learns that it was taken and may close them.</summary>
    public static ReceivedHandle[]? Open(ref RingSpan source, int count)
    {
        if (count == 0)
        {
            return null;
        }

        var opened = new List<ReceivedHandle>();
        for (int i = 0; i < count; i++)
        {
            SegmentHandle handle;
            source.Read((byte*)&handle, sizeof(SegmentHandle));
            long subHandle = ReadNumber(ref source);
            try
            {
                opened.Add(new ReceivedHandle(Segment.Open(handle), subHandle));
            }
            catch (IOException)
            {
                // The sender is gone. Rebuilding the object from the message fails in the same way, where the caller can be told.
            }
        }

        return [.. opened];
    }

    /// <summary>Frees the pages of a ring that the readers leave, except the page that says where to continue.</summary>
    private void FreeRegion(in RingPlace left)
    {
        long size = RingRegion.SizeOf(left.Region);
        if (size > SmallRegion)
        {
            long page = Environment.SystemPageSize;
            long start = _regions + RingRegion.StartOf(left.Region);
            long note = start + (left.Offset % size);
            Segment.FreePages(start, note - page - start);
            Segment.FreePages(note + page, start + size - note - page);
        }
    }

    private RingSpan At(in RingPlace place) => new(RegionAt(place.Region), RingRegion.SizeOf(place.Region), place.Offset);

    private static long ReadNumber(ref RingSpan source)
    {
        long number;
        source.Read((byte*)&number, sizeof(long));
        return number;
    }
}
