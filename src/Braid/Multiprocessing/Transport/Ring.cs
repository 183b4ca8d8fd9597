using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Messages from one process to one other, in shared memory.</summary>
/// <remarks>
/// <para>
/// One side only writes and one only reads. Both count bytes from the beginning of time: the tail is written by the writer alone, the
/// head by the reader alone. A message lies in one piece; what does not fit before the end of the memory begins at its front, and the
/// rest is skipped. It is complete before the tail moves past it, by one release-store, which is all there is to a commit: a writer
/// that is killed half-way leaves nothing, and a reader that is killed has taken nothing until it moves the head.
/// </para>
/// <para>
/// When all has been read, the writer starts over at the front, so that small traffic stays in the same few cache lines and a large
/// message finds pages that exist already: it moves the base, which it writes before the tail and the reader reads after it. The memory
/// is sparse; it may be declared larger than the machine's.
/// </para>
/// </remarks>
internal readonly unsafe struct Ring(RingHead* head, byte* data, long capacity)
{
    public const int HeadBytes = 3 * 64;
    public const int MessageHeadBytes = 32;

    private const int Skip = -1;   // the kind of what only fills up the end

    /// <summary>Whether there is a message. For the reader.</summary>
    public bool HasMessage => Volatile.Read(ref head->Tail) != head->Head;

    /// <summary>Bytes written since the beginning of time. For the writer.</summary>
    public long WrittenBytes => head->Tail;

    /// <summary>How far from the front the next message begins, when there is something unread; else it begins at the front. For the writer.</summary>
    public long UnreadExtent => ReadBytes == head->Tail ? 0 : head->Tail - head->Base;

    /// <summary>Where the message that was reserved last begins. For the writer.</summary>
    public long BegunAt => head->Begun;

    /// <summary>The message that was reserved last. For the writer, and for who knows that it has died.</summary>
    public RingMessage* Reserved => (RingMessage*)(data + ((head->Begun - head->Base) % capacity));

    /// <summary>Bytes read since the beginning of time.</summary>
    public long ReadBytes => Volatile.Read(ref head->Head);

    /// <summary>The reader may sleep on it.</summary>
    public SharedBell Bell => new(&head->Bell);

    /// <summary>Room for a message that the writer may fill before it commits it.</summary>
    /// <param name="bytes">What the message needs at least.</param>
    /// <param name="room">How large it may become.</param>
    /// <returns>The message, or null when there is no room now.</returns>
    public RingMessage* Reserve(long bytes, out long room)
    {
        long tail = head->Tail;
        long read = Volatile.Read(ref head->Head);   // pairs with the release in Consume: what was read is not overwritten before
        if (read == tail)
        {
            head->Base = tail;                       // nobody looks at a message now, so none moves
        }

        long needed = Align(bytes) + MessageHeadBytes;
        long at = (tail - head->Base) % capacity;
        long free = capacity - (tail - read);
        long skipped = capacity - at < needed ? capacity - at : 0;
        if (skipped + needed > free)
        {
            room = 0;
            return null;
        }

        if (skipped > 0)
        {
            var filler = (RingMessage*)(data + at);
            filler->Bytes = skipped - MessageHeadBytes;
            filler->Kind = Skip;
            at = 0;
        }

        head->Begun = tail + skipped;
        room = Math.Min(capacity - at, free - skipped) - MessageHeadBytes;
        return (RingMessage*)(data + at);
    }

    /// <summary>Makes the message that was reserved last visible.</summary>
    public void Commit(RingMessage* message, long bytes, int kind, long id)
    {
        message->Bytes = bytes;
        message->Kind = kind;
        message->Id = id;
        message->Claim = 0;
        KillPoint.Reach(KillPoint.FrameWritten);     // killed here: nothing was sent
        Volatile.Write(ref head->Tail, head->Begun + Align(bytes) + MessageHeadBytes);
        KillPoint.Reach(KillPoint.FrameCommitted);   // killed here: it was sent, and is found when the death is
    }

    /// <summary>The oldest message that is not consumed; null when there is none.</summary>
    public RingMessage* Peek()
    {
        while (true)
        {
            long read = head->Head;
            if (Volatile.Read(ref head->Tail) == read)
            {
                return null;
            }

            var message = (RingMessage*)(data + ((read - head->Base) % capacity));
            if (message->Kind != Skip)
            {
                return message;
            }

            Consume(message);
        }
    }

    /// <summary>Gives the oldest message's room back to the writer.</summary>
    public void Consume(RingMessage* message) => Volatile.Write(ref head->Head, head->Head + Align(message->Bytes) + MessageHeadBytes);

    private static long Align(long bytes) => (bytes + 31) & ~31L;
}

/// <summary>Where a ring stands. Each line of the cache has one writer.</summary>
[StructLayout(LayoutKind.Explicit, Size = Ring.HeadBytes)]
internal struct RingHead
{
    [FieldOffset(0)]
    public long Tail;       // bytes ever written; by the writer

    [FieldOffset(8)]
    public long Base;       // what the tail was when the writer last started at the front; by the writer, while all is read

    [FieldOffset(16)]
    public long Begun;      // where the reserved message begins; by the writer, for itself

    [FieldOffset(64)]
    public long Head;       // bytes ever read; by the reader

    [FieldOffset(128)]
    public int Bell;        // a SharedBell
}

/// <summary>The head of a message; its bytes follow.</summary>
[StructLayout(LayoutKind.Sequential, Size = Ring.MessageHeadBytes)]
internal unsafe struct RingMessage
{
    public long Bytes;
    public long Id;
    public int Kind;
    public int Claim;       // 0: nobody's; the two sides race for it by compare-exchange
    public long First;      // of a chunk of a map: the item to begin with

    public static byte* Data(RingMessage* message) => (byte*)message + Ring.MessageHeadBytes;
}
