using System.Numerics;
using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The shared state of a message ring, at its beginning. The rings in a row follow it.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct RingState
{
    public const int Size = PeersAt + (ProcessTable.SlotCount * RingPeer.Size);

    public const int PutGateAt = 512;

    public const int GetGateAt = 1024;

    private const int PeersAt = 4096;   // on a page of its own: most of it is never touched

    [FieldOffset(0)]
    public RingCursor Put;       // written under the put gate

    [FieldOffset(RingCursor.Size)]
    public RingCursor Get;       // written under the get gate

    [FieldOffset(256)]
    public int Getters;          // how many wait for a message, or slightly more if one was killed just then; by Interlocked

    [FieldOffset(320)]
    public int Putters;          // how many wait for room; likewise

    [FieldOffset(384)]
    public int Joiners;          // how many wait for all messages to be done; likewise

    [FieldOffset(388)]
    public int AllDone;          // the word on which they sleep; changed by Interlocked when all are done

    [FieldOffset(392)]
    public long Done;            // messages declared done; by Interlocked

    [FieldOffset(448)]
    public int Maxsize;          // how many messages it takes; 0: any number. Written under the get gate

    [FieldOffset(452)]
    public int IsShutDown;       // 0 or 1; written under the put gate

    [FieldOffset(456)]
    public long MaxUnread;       // a put waits while more bytes than this are unread; 0: never. Written before the ring is shared

    [FieldOffset(2048)]
    public PeerMap Known;        // which of the peers below were ever used; bits set by Interlocked

    [FieldOffset(PeersAt)]
    public RingPeer FirstPeer;   // one for each slot of the process table

    [InlineArray(ProcessTable.SlotCount / 64)]
    public struct PeerMap
    {
        private long _first;
    }
}

/// <summary>The place of one side, in shared memory: written by the holder of that side's gate, read by all processes.</summary>
/// <remarks>
/// Two copies; the version's lowest bit says which one is valid. The writer fills the other one and then stores the version: the new place
/// takes effect with that one store, or not at all if the writer is killed before it. A reader copies and then checks whether the version
/// is still the same. The copy it reads is next written after one more commit, and between the two the writer left and entered its gate,
/// which is a full fence: so a reader of anything newer than the version it saw sees the version changed. This is why no holder may commit
/// twice in one stay under the gate. Orders: every access of <c>_version</c> outside the gate is an acquire, and the store in Commit a
/// release; the reads of the copy (<c>Region</c>, <c>Offset</c>, <c>Count</c>, <c>Bytes</c>, <c>Dropped</c>) are acquires too, so that the
/// second read of the version follows them all.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal unsafe struct RingCursor
{
    public const int Size = 128;   // two cache lines, so that the other side's cursor is not on them

    private long _version;         // commits so far; the other side sleeps on its low half
    private RingPlace _even;
    private RingPlace _odd;

    /// <summary>The place, for the gate's holder.</summary>
    public readonly RingPlace Own => (_version & 1) == 0 ? _even : _odd;

    /// <summary>The word that changes with each commit. The cursor must lie in shared memory.</summary>
    public static int* WordOf(RingCursor* cursor) => (int*)&cursor->_version;

    /// <summary>The place, for all other threads.</summary>
    /// <param name="version">The value of the word: while the word holds it, the returned place is current.</param>
    public RingPlace Read(out int version)
    {
        while (true)
        {
            // pairs with the store in Commit: the caller sees the place and the messages before it
            long seen = Volatile.Read(ref _version);
            RingPlace place = (seen & 1) == 0 ? Copy(ref _even) : Copy(ref _odd);
            if (Volatile.Read(ref _version) == seen)
            {
                version = (int)seen;
                return place;
            }
        }
    }

    /// <summary>Makes the new place valid. Once, before the gate is left.</summary>
    public void Commit(in RingPlace place)
    {
        if ((_version & 1) == 0)
        {
            _odd = place;
        }
        else
        {
            _even = place;
        }

        KillPoint.Reach(KillPoint.CursorWritten);     // killed here: the invalid copy was written
        Volatile.Write(ref _version, _version + 1);   // pairs with Read
    }

    /// <summary>Copies with reads that stay before the following one.</summary>
    private static RingPlace Copy(ref RingPlace place) => new()
    {
        Region = Volatile.Read(ref place.Region),
        Offset = Volatile.Read(ref place.Offset),
        Count = Volatile.Read(ref place.Count),
        Bytes = Volatile.Read(ref place.Bytes),
        Dropped = Volatile.Read(ref place.Dropped),
    };
}

/// <summary>How far one side of a message ring has advanced.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct RingPlace
{
    public long Region;    // the ring of the row in which it is
    public long Offset;    // bytes since that ring was entered; modulo its size, where the next message begins
    public long Count;     // messages so far
    public long Bytes;     // bytes that those took
    public long Dropped;   // how many of them were dropped and never taken; only the getting side counts them

    /// <summary>Whether such a place can exist.</summary>
    public readonly bool IsPossible => (ulong)Region < RingRegion.Count && Offset >= 0 && Count >= 0 && Bytes >= 0;

    /// <summary>Whether both sides have advanced equally far.</summary>
    public readonly bool HasSameCountAs(in RingPlace other) => Count == other.Count;
}

/// <summary>The rings in a row that a message ring consists of: 64 KiB, 128 KiB, and so on up to 8 GiB.</summary>
internal static class RingRegion
{
    public const int Count = 18;
    public const long TotalBytes = FirstBytes * ((1L << Count) - 1);

    private const long FirstBytes = 64 * 1024;
    private const int FirstBits = 16;

    /// <summary>Its offset from the beginning of the first.</summary>
    public static long StartOf(long region) => FirstBytes * ((1L << (int)region) - 1);

    public static long SizeOf(long region) => FirstBytes << (int)region;

    /// <summary>The smallest with that many bytes; <see cref="Count"/> if there is none.</summary>
    public static int SmallestOf(long bytes) =>
        bytes <= FirstBytes ? 0 : Math.Min(Count, 64 - BitOperations.LeadingZeroCount((ulong)bytes - 1) - FirstBits);
}

/// <summary>A place in a ring at which to write or read; it continues at the front when it reaches the end.</summary>
internal unsafe ref struct RingSpan(byte* start, long size, long offset)
{
    private long _at = offset == 0 ? 0 : offset % size;   // a message that a worker sends may have no bytes at all

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int piece = (int)Math.Min(bytes.Length, size - _at);
            bytes[..piece].CopyTo(new Span<byte>(start + _at, piece));
            bytes = bytes[piece..];
            Advance(piece);
        }
    }

    public void Read(byte* target, long count)
    {
        while (count > 0)
        {
            long piece = Math.Min(count, size - _at);
            Buffer.MemoryCopy(start + _at, target, count, piece);
            target += piece;
            count -= piece;
            Advance(piece);
        }
    }

    private void Advance(long count) => _at = _at + count == size ? 0 : _at + count;
}

/// <summary>A ring's record of one process: how many of its threads wait, and which message it took last.</summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct RingPeer
{
    public const int Size = 64;

    public long Getters;   // the process's token in the high half, the number of its waiters in the low one; by Interlocked
    public long Putters;   // likewise
    public long Joiners;   // likewise
    public long Taken;     // the number of the last message it took, from 1; 0 once it has returned. Written by its process
    public int Token;      // the process that Taken belongs to; written by that process, after Taken
}
