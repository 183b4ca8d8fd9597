namespace Braid.Multiprocessing;

internal sealed unsafe partial class MessageRing
{
    private const long CarriesSegments = 1L << 62;   // a flag in a message's length: handles of segments precede the bytes

    private static readonly TimeSpan s_ringRoomWait = TimeSpan.FromMilliseconds(2);

    /// <summary>The size of each handle of a segment.</summary>
    public static int CarriedBytes => sizeof(SegmentHandle) + sizeof(long);

    /// <exception cref="PayloadException">The message is too long for any ring.</exception>
    public static void CheckFits(MessageBuffer message)
    {
        long longest = RingRegion.SizeOf(RingRegion.Count - 1) - (2 * sizeof(long));
        if (NeedOf(message) > longest)
        {
            throw new PayloadException(
                $"The message has {message.Length:N0} bytes; {longest:N0} is the most that one may have. Put large data into shared " +
                "memory, and send where it is.");
        }
    }

    /// <summary>Puts a message, if there is room.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sleepOn">
    /// If there is no room, or another putter is at work: the word that changes when another attempt is worthwhile.
    /// </param>
    public RingOutcome TryPut(MessageBuffer message, out FutexPoint sleepOn)
    {
        CheckOpen();
        long number;
        if (!_putGate.TryEnter(out SharedGate.Scope scope, out sleepOn))
        {
            return RingOutcome.Busy;
        }

        using (scope)
        {
            CheckOpen();
            if (IsShutDown)
            {
                sleepOn = default;
                return RingOutcome.Ended;
            }

            RingPlace place = _state->Put.Own;
            RingPlace get = _state->Get.Read(out int version);
            sleepOn = new FutexPoint(RingCursor.WordOf(&_state->Get), version);
            Check(place, get);
            if (!HasRoom(place, get) || !TryFind(ref place, get, NeedOf(message)))
            {
                return RingOutcome.Wait;
            }

            Copy(message, ref place);
            number = place.Count;
            KillPoint.Reach(KillPoint.MessageWritten);   // killed here: the next put overwrites it
            _state->Put.Commit(place);
            // Killed here, or before the wake: it is there, and sleepers find it at the end of their slice
            KillPoint.Reach(KillPoint.MessagePut);
        }

        WakeOne(RingWait.Get);
        if (message.CarriedCount > 0)
        {
            HandlesInTransit.Add(this, number, message.TakeCarried());
        }

        return RingOutcome.Done;
    }

    /// <summary>Puts a message, if there is room. Waits only for a putter at work, for a second at most.</summary>
    public RingOutcome PutNow(MessageBuffer message)
    {
        RingOutcome outcome = TryPut(message, out FutexPoint sleepOn);
        for (var limit = Deadline.After(s_nowaitLimit); outcome == RingOutcome.Busy && !limit.HasPassed;
            outcome = TryPut(message, out sleepOn))
        {
            sleepOn.Sleep(SharedWait.SliceMilliseconds);
        }

        return outcome;
    }

    /// <summary>Whether the limits admit one more.</summary>
    private bool HasRoom(in RingPlace put, in RingPlace get) =>
        (Volatile.Read(ref _state->Maxsize) is var maxsize && (maxsize <= 0 || put.Count - get.Count < maxsize))
        && (_state->MaxUnread <= 0 || put.Bytes - get.Bytes <= _state->MaxUnread);

    /// <summary>Moves to a place with room for the given number of bytes; the essay says where that may be.</summary>
    private bool TryFind(ref RingPlace put, in RingPlace get, long need)
    {
        if (put.HasSameCountAs(get) && RingRegion.SmallestOf(4 * need) is var small && small < put.Region)
        {
            SwitchRegion(ref put, small);
            return true;
        }

        if (Fits(put, get, need) || WaitForRoom(put, need))
        {
            return true;
        }

        long next = Math.Max(put.Region + 1, RingRegion.SmallestOf(need + sizeof(long)));
        next += next == get.Region ? 1 : 0;
        if (next >= RingRegion.Count)
        {
            return false;
        }

        SwitchRegion(ref put, next);
        return true;
    }

    private static bool Fits(in RingPlace put, in RingPlace get, long need)
    {
        long unread = put.Region == get.Region ? put.Offset - get.Offset : put.Offset;
        return unread + need + sizeof(long) <= RingRegion.SizeOf(put.Region);
    }

    /// <summary>
    /// Before a larger ring is begun, waits briefly while readers make room in this one: the fresh pages of a larger ring cost both sides
    /// several times as much as the copy.
    /// </summary>
    private bool WaitForRoom(in RingPlace put, long need)
    {
        if (need + sizeof(long) > RingRegion.SizeOf(put.Region))
        {
            return false;
        }

        var end = Deadline.After(s_ringRoomWait);
        long seen = -1;
        int idleTurns = 0;
        while (idleTurns < Spinning.SharedTurns && !end.HasPassed)
        {
            RingPlace get = _state->Get.Read(out _);
            if (Fits(put, get, need))
            {
                return true;
            }

            idleTurns = get.Count == seen ? idleTurns + 1 : 0;
            seen = get.Count;
            System.Threading.Thread.Yield();
            Spinning.Pause();
        }

        return false;
    }

    private void SwitchRegion(ref RingPlace put, long region)
    {
        *(long*)(RegionAt(put.Region) + (put.Offset % RingRegion.SizeOf(put.Region))) = ~region;
        put.Region = region;
        put.Offset = 0;
    }

    private void Copy(MessageBuffer message, ref RingPlace place)
    {
        var target = new RingSpan(RegionAt(place.Region), RingRegion.SizeOf(place.Region), place.Offset);
        if (message.CarriedCount > 0)
        {
            WriteNumber(ref target, message.Length | CarriesSegments);
            WriteNumber(ref target, message.CarriedCount);
            foreach (Lease lease in message.Carried)
            {
                SegmentHandle handle = lease.Segment.Handle;
                target.Write(new ReadOnlySpan<byte>(&handle, sizeof(SegmentHandle)));
                WriteNumber(ref target, lease.SubHandle);
            }
        }
        else
        {
            WriteNumber(ref target, message.Length);
        }

        message.CopyTo(ref target);
        long need = NeedOf(message);
        place.Offset += need;
        place.Bytes += need;
        place.Count++;
    }

    private static void WriteNumber(ref RingSpan target, long number) => target.Write(new ReadOnlySpan<byte>(&number, sizeof(long)));

    private static long NeedOf(MessageBuffer message) =>
        sizeof(long) + Align(message.Length) + (message.CarriedCount == 0 ? 0 : sizeof(long) + (message.CarriedCount * CarriedBytes));
}
