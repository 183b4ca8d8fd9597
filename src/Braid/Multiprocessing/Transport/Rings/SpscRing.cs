using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Messages from one process to one other process, in shared memory.</summary>
/// <remarks>
/// <para>
/// One side only writes and the other only reads. Both count all bytes ever written: the tail is written by the writer alone, the head by
/// the reader alone. A message is contiguous; if it does not fit before the end of the memory, it begins at the front, and the rest is
/// skipped. It is complete before the tail moves past it, by one release-store, which is the whole commit: a writer that is killed half-way
/// leaves nothing, and a reader that is killed has taken nothing until it moves the head.
/// </para>
/// <para>
/// When everything has been read, the writer starts over at the front, so that small traffic stays in the same few cache lines and a large
/// message finds pages that exist already: it moves the base, which it writes before the tail and the reader reads after it. The memory is
/// sparse; it may be declared larger than the machine's.
/// </para>
/// <para>
/// Orders: <c>Tail</c> is stored as a release after the bytes and <c>Base</c> of a message, and read as an acquire: a reader that sees the
/// tail sees the message. <c>Head</c> is stored as a release after the last read of a message, and acquired by the writer, so nothing is
/// overwritten while it is read. <c>Base</c> and <c>Begun</c> change only before a tail is stored, and are read after that tail, or once
/// the writer is dead. The words of a message (<c>Bytes</c>, <c>Id</c>, <c>Kind</c>, <c>First</c>) are volatile reads so that each is read
/// once, and the checked value is the one that is used, whatever the other side writes meanwhile.
/// </para>
/// <para>
/// Neither side trusts the other. Each keeps its own place in private memory, and the shared memory only repeats it. Whatever a side reads
/// there about the other is read once and checked for possibility before it is used to read or write anything. So whatever a process writes
/// over its channel, the other accesses nothing outside of it, and learns what was wrong.
/// </para>
/// </remarks>
internal sealed unsafe class SpscRing(RingHead* head, byte* data, long capacity)
{
    public const int HeadBytes = 3 * 64;
    public const int MessageHeadBytes = 32;

    private const long Alignment = 32;   // of messages; the capacity is a multiple of it
    private const int Skip = -1;         // the kind of padding at the end

    private long _tail;            // bytes ever written; the writer's
    private long _base;            // the writer's; see RingHead
    private long _begun;           // where the reserved message begins; the writer's
    private long _read;            // bytes ever read; the reader's

    /// <summary>Whether there is a message. For the reader.</summary>
    public bool HasMessage => Volatile.Read(ref head->Tail) != _read;

    /// <summary>Bytes ever written. For the writer.</summary>
    public long WrittenBytes => _tail;

    /// <summary>How far from the front the next message begins, if something is unread; otherwise 0. For the writer.</summary>
    public long UnreadExtent => ReadBytes == _tail ? 0 : _tail - _base;

    /// <summary>Where the last reserved message begins. For the writer.</summary>
    public long BegunAt => _begun;

    /// <summary>Bytes ever read, according to the reader.</summary>
    public long ReadBytes => Volatile.Read(ref head->Head);

    /// <summary>The reader may sleep on it.</summary>
    public SharedBell Bell => new(&head->Bell);

    /// <summary>Reserves room for a message, which the writer may fill before it commits it.</summary>
    /// <param name="bytes">How many bytes the message needs at least.</param>
    /// <param name="room">How large it may become.</param>
    /// <returns>The message, or null if there is no room now.</returns>
    /// <exception cref="InvalidDataException">The reader's published place is impossible.</exception>
    public RingMessage* Reserve(long bytes, out long room)
    {
        long read = ReadBytes;                       // pairs with the release in Consume: nothing is overwritten before it was read
        long unread = _tail - read;
        if ((ulong)unread > (ulong)capacity || (unread & (Alignment - 1)) != 0)
        {
            throw new InvalidDataException($"its reader says that {read} bytes were read, of {_tail} that were written");
        }

        if (unread == 0)
        {
            head->Base = _base = _tail;              // no message is being read now, so none moves
        }

        long needed = Align(bytes) + MessageHeadBytes;
        long at = (_tail - _base) % capacity;
        long free = capacity - unread;
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

        head->Begun = _begun = _tail + skipped;
        room = Math.Min(capacity - at, free - skipped) - MessageHeadBytes;
        return (RingMessage*)(data + at);
    }

    /// <summary>Makes the last reserved message visible.</summary>
    public void Commit(RingMessage* message, long bytes, int kind, long id)
    {
        message->Bytes = bytes;
        message->Kind = kind;
        message->Id = id;
        message->Claim = 0;
        KillPoint.Reach(KillPoint.FrameWritten);     // killed here: nothing was sent
        _tail = _begun + Align(bytes) + MessageHeadBytes;
        Volatile.Write(ref head->Tail, _tail);
        KillPoint.Reach(KillPoint.FrameCommitted);   // killed here: it was sent, and is found when the death is
    }

    /// <summary>Finds the oldest message that is not consumed.</summary>
    /// <returns>False if there is none.</returns>
    /// <exception cref="InvalidDataException">The writer's published state is impossible.</exception>
    public bool TryPeek(out RingFrame frame)
    {
        frame = default;
        long tail;
        while ((tail = Volatile.Read(ref head->Tail)) != _read)
        {
            long unread = tail - _read;
            long start = Volatile.Read(ref head->Base);
            if ((ulong)unread > (ulong)capacity || (ulong)start > (ulong)_read || ((unread | start) & (Alignment - 1)) != 0)
            {
                throw new InvalidDataException(
                    $"its writer says that {tail} bytes were written, from {start} on at the front, and {_read} have been read");
            }

            long at = (_read - start) % capacity;
            frame = new RingFrame((RingMessage*)(data + at));
            long longest = Math.Min(unread, capacity - at) - MessageHeadBytes;
            if ((ulong)frame.Bytes > (ulong)longest || Align(frame.Bytes) > longest)
            {
                throw new InvalidDataException($"a message says that it has {frame.Bytes} bytes, where there is room for {longest}");
            }

            if (frame.Kind != Skip)
            {
                return true;
            }

            Consume(frame);
        }

        return false;
    }

    /// <summary>Returns the oldest message's room to the writer.</summary>
    public void Consume(in RingFrame message)
    {
        _read += Align(message.Bytes) + MessageHeadBytes;
        Volatile.Write(ref head->Head, _read);       // a reader killed before it has taken nothing
    }

    /// <summary>The last message that its writer reserved and has not committed. For the reader, once the writer is dead.</summary>
    /// <param name="bytes">How many bytes it is said to have.</param>
    /// <exception cref="InvalidDataException">It cannot have that many.</exception>
    public ReadOnlySpan<byte> Reserved(int bytes)
    {
        long at = (Volatile.Read(ref head->Begun) - Volatile.Read(ref head->Base)) % capacity;
        return at >= 0 && (at & (Alignment - 1)) == 0 && bytes >= 0 && bytes <= capacity - at - MessageHeadBytes
            ? new ReadOnlySpan<byte>(RingMessage.Data((RingMessage*)(data + at)), bytes)
            : throw new InvalidDataException($"{bytes} bytes are said to lie at {at} of {capacity}");
    }

    private static long Align(long bytes) => (bytes + (Alignment - 1)) & -Alignment;
}

/// <summary>The state of a ring. Each cache line has one writer.</summary>
[StructLayout(LayoutKind.Explicit, Size = SpscRing.HeadBytes)]
internal struct RingHead
{
    [FieldOffset(0)]
    // bytes ever written; like all of this, the writer repeats it here from private fields that no other process can write
    public long Tail;

    [FieldOffset(8)]
    public long Base;       // the value of the tail when the writer last started at the front; by the writer, while everything is read

    [FieldOffset(16)]
    public long Begun;      // where the reserved message begins; by the writer, for readers after its death

    [FieldOffset(64)]
    public long Head;       // bytes ever read; by the reader

    [FieldOffset(128)]
    public int Bell;        // a SharedBell
}

/// <summary>The header of a message; its bytes follow.</summary>
[StructLayout(LayoutKind.Sequential, Size = SpscRing.MessageHeadBytes)]
internal unsafe struct RingMessage
{
    public long Bytes;
    public long Id;
    public int Kind;
    public int Claim;       // 0: free; the two sides race for it by compare-exchange
    public long First;      // for a chunk of a map: the item to begin with

    public static byte* Data(RingMessage* message) => (byte*)message + SpscRing.MessageHeadBytes;
}

/// <summary>
/// A message as its reader found it: each word of its header is read once, since the writer could change them at any time.
/// </summary>
/// <param name="message">The address of the message.</param>
internal readonly unsafe struct RingFrame(RingMessage* message)
{
    /// <summary>Its address, for the race for the claim.</summary>
    public RingMessage* Message => message;

    public byte* Data => RingMessage.Data(message);

    public long Bytes { get; } = Volatile.Read(ref message->Bytes);

    public long Id { get; } = Volatile.Read(ref message->Id);

    public int Kind { get; } = Volatile.Read(ref message->Kind);

    /// <summary>For a chunk of a map: the item to begin with.</summary>
    public long First { get; } = Volatile.Read(ref message->First);
}
