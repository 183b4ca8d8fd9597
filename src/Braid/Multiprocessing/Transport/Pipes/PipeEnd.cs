using System.Numerics;
using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>
/// One end of a pipe, and its holders: processes with open connections, and senders of connections that have not arrived.
/// </summary>
/// <remarks>
/// An end without a living holder is closed forever; that is how the other end learns that nothing more will come. So a connection must not
/// go unheld while it is passed on: the sender keeps a transit, a word with its token and a number, which the process that takes the
/// message makes its own before the sender learns that it was taken, and removes once the receiver's object holds the end. Each transit is
/// ended by one compare-exchange, by whoever is first. A dead process holds nothing: everything it held is marked with its token.
/// <para>
/// An end in transit is held at every moment: the new hold exists before the old one goes. But a process that reads one word after the
/// other may miss it, first in one place and then in the other. So the number of transits is incremented once more when a transit is in its
/// place, which is before the sender can release the end; and the end counts as unheld only if that number did not change while all words
/// were read, the transits first. In that case every hold that went meanwhile came from a transit that was in its place all the time, and
/// was seen, or from a sender that still holds the end. Likewise an owner counts as dead only if the <c>word</c> still names it afterwards:
/// a claim comes before the death of the process it takes over from.
/// </para>
/// <para>
/// Orders: every change of a <c>holder</c>, a <c>transit</c>, <c>Known</c> and <c>Numbers</c> is a full fence, so holds appear and go in
/// the order in which their processes make them; every read is an acquire, so reads happen in program order. With plain reads a process
/// could see the transit gone and not yet see the hold that followed it, and close an end that is held.
/// </para>
/// </remarks>
internal readonly unsafe struct PipeEnd
{
    private const uint Claimed = 1u << 31;   // in a transit's number: by the process that has taken the message

    private readonly PipeState* _pipe;
    private readonly PipeState.End* _end;

    /// <param name="segment">The pipe's segment. The caller keeps it open.</param>
    /// <param name="subHandle">The end, in the lowest bit; see <see cref="BeginTransit"/> for the others.</param>
    public PipeEnd(Segment segment, long subHandle)
    {
        _pipe = (PipeState*)segment.Data;
        _end = (subHandle & 1) == 0 ? &_pipe->FirstEnd : &_pipe->SecondEnd;
    }

    /// <summary>Counts one more connection of this process as a holder of the end.</summary>
    public void Add()
    {
        int slot = ProcessTable.SlotOf(ProcessTable.Self);
        Interlocked.Or(ref _end->Known[slot / 64], 1L << (slot % 64));
        ref long holder = ref Holder(slot);
        for (long seen = Volatile.Read(ref holder); TokenOf(seen) != ProcessTable.Self; seen = Volatile.Read(ref holder))
        {
            Interlocked.CompareExchange(ref holder, (long)ProcessTable.Self << 32, seen);   // the slot's previous process is dead
            KillPoint.Reach(KillPoint.EndSlotTaken);   // killed here: nothing held
        }

        Interlocked.Increment(ref holder);
    }

    // Killed before it: the death removes the hold.
    public void Remove() => Interlocked.Decrement(ref Holder(ProcessTable.SlotOf(ProcessTable.Self)));

    /// <summary>Whether a living process holds the end.</summary>
    public bool IsHeld(in DeathWatch deaths)
    {
        if (HasHolder(deaths))   // usually
        {
            return true;
        }

        while (true)
        {
            int moves = Volatile.Read(ref _pipe->Numbers);   // pairs with the second count in BeginTransit
            if (HasTransit(deaths) || HasHolder(deaths))
            {
                return true;
            }

            if (Volatile.Read(ref _pipe->Numbers) == moves)
            {
                return false;
            }
        }
    }

    /// <summary>Holds the end for a connection that is being passed on.</summary>
    /// <param name="end">Which one: 0 or 1.</param>
    /// <returns>A sub-handle that describes the transit: the end in bit 0, its place from bit 1, its number in the high half.</returns>
    /// <exception cref="InvalidOperationException">Too many are in transit.</exception>
    public long BeginTransit(int end)
    {
        long number;
        do
        {
            number = (uint)Interlocked.Increment(ref _pipe->Numbers) & ~Claimed;
        }
        while (number == 0);   // 0 marks no hold

        long word = ((long)ProcessTable.Self << 32) | number;
        for (int i = 0; i < PipeState.End.TransitCount; i++)
        {
            long seen = Volatile.Read(ref Transit(i));        // only chooses a place: the exchange below claims it
            bool isFree = seen == 0 || !ProcessTable.Current.IsListed(TokenOf(seen));
            // The word goes from free, or from a dead sender, to this transit in one step.
            if (isFree && Interlocked.CompareExchange(ref Transit(i), word, seen) == seen)
            {
                KillPoint.Reach(KillPoint.TransitPlaced);     // killed here, or anywhere until it is claimed: it goes with this process
                Interlocked.Increment(ref _pipe->Numbers);    // once more, before the caller can release the end: see the remarks
                KillPoint.Reach(KillPoint.TransitBegun);
                return (number << 32) | ((long)i << 1) | (long)end;
            }
        }

        throw new InvalidOperationException(
            $"{PipeState.End.TransitCount} connections of one end of a pipe are on their way to other processes; no more can be sent " +
            "until some have arrived.");
    }

    /// <summary>Makes a transit this process's own, if it has not ended.</summary>
    public void Claim(long subHandle) => Change(subHandle, ProcessTable.Self);

    /// <summary>Ends a transit, whichever process began it; does nothing if it has ended.</summary>
    public void EndTransit(long subHandle) => Change(subHandle, null);

    /// <summary>Ends an unclaimed transit.</summary>
    public void EndUnclaimed(long subHandle)
    {
        ref long transit = ref Transit(PlaceOf(subHandle));
        long own = ((long)ProcessTable.Self << 32) | NumberOf(subHandle);
        Interlocked.CompareExchange(ref transit, 0, own);
    }

    private bool HasHolder(in DeathWatch deaths)
    {
        for (int i = 0; i < ProcessTable.SlotCount / 64; i++)
        {
            for (ulong bits = (ulong)Volatile.Read(ref _end->Known[i]); bits != 0; bits &= bits - 1)
            {
                if (IsHold(ref Holder((64 * i) + BitOperations.TrailingZeroCount(bits)), deaths))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool HasTransit(in DeathWatch deaths)
    {
        for (int i = 0; i < PipeState.End.TransitCount; i++)
        {
            if (IsHold(ref Transit(i), deaths))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the word means that a living process holds the end.</summary>
    private static bool IsHold(ref long word, in DeathWatch deaths)
    {
        long seen = Volatile.Read(ref word);
        while ((int)seen != 0 && deaths.IsDead(TokenOf(seen)))
        {
            long later = Volatile.Read(ref word);
            if (later == seen)
            {
                return false;
            }

            seen = later;   // claimed, or taken over, meanwhile
        }

        return (int)seen != 0;
    }

    private void Change(long subHandle, int? token)
    {
        ref long transit = ref Transit(PlaceOf(subHandle));
        for (long seen = Volatile.Read(ref transit); seen != 0 && ((uint)seen & ~Claimed) == NumberOf(subHandle);)
        {
            long next = token is int owner ? ((long)owner << 32) | NumberOf(subHandle) | Claimed : 0;
            long found = Interlocked.CompareExchange(ref transit, next, seen);
            if (found == seen)
            {
                KillPoint.Reach(KillPoint.TransitClaimed);    // killed here: it goes with this process, which has taken the message
                return;
            }

            seen = found;
        }
    }

    private static int TokenOf(long word) => (int)(word >> 32);

    private static uint NumberOf(long subHandle) => (uint)(subHandle >> 32);

    private static int PlaceOf(long subHandle) => (int)((uint)subHandle >> 1) % PipeState.End.TransitCount;

    private ref long Holder(int slot) => ref *(&_end->FirstHolder + slot);

    private ref long Transit(int place) => ref *(&_end->FirstTransit + place);
}

/// <summary>The shared state of a pipe, at the beginning of its segment: the holders of each end. Its two rings follow.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct PipeState
{
    public const int Size = 4096 + (2 * End.Size);

    [FieldOffset(0)]
    public int IsDuplex;   // 0 or 1; written before the pipe is shared

    [FieldOffset(4)]
    public int Numbers;    // incremented when a transit begins, and again when it is in its place; by Interlocked

    [FieldOffset(4096)]
    public End FirstEnd;

    [FieldOffset(4096 + End.Size)]
    public End SecondEnd;

    /// <summary>The holders of an end.</summary>
    [StructLayout(LayoutKind.Explicit, Size = Size)]
    public struct End
    {
        public const int TransitCount = 448;
        public const int Size = 4096 + (ProcessTable.SlotCount * sizeof(long));

        [FieldOffset(0)]
        public RingState.PeerMap Known;   // the slots that ever held it; bits set by Interlocked

        [FieldOffset(512)]
        public long FirstTransit;         // ends in transit: a token in the high half, the transit's number in the low one; by Interlocked

        [FieldOffset(4096)]
        // For each slot: a token in the high half, how many objects it has open in the low one; by Interlocked
        public long FirstHolder;
    }
}
