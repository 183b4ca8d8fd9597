using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The shared state of a message ring, at its beginning. What follows it are the rings in a row.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct RingState
{
    public const int Size = PeersAt + (Family.SlotCount * RingPeer.Size);

    public const int PutGateAt = 512;

    public const int GetGateAt = 1024;

    private const int PeersAt = 4096;   // on a page of its own: most of it is never touched

    [FieldOffset(0)]
    public RingCursor Put;       // written under the put gate

    [FieldOffset(RingCursor.Size)]
    public RingCursor Get;       // written under the get gate

    [FieldOffset(256)]
    public int Getters;          // how many wait for a message, or a little more when one was killed just then; by Interlocked

    [FieldOffset(320)]
    public int Putters;          // how many wait for room; likewise

    [FieldOffset(384)]
    public int Joiners;          // how many wait for all to be done; likewise

    [FieldOffset(388)]
    public int AllDone;          // the word they sleep on; changed by Interlocked when all is done

    [FieldOffset(392)]
    public long Done;            // messages declared done; by Interlocked

    [FieldOffset(448)]
    public int Maxsize;          // how many messages it takes; 0: any number. Written under the get gate

    [FieldOffset(452)]
    public int IsShutDown;       // 0 or 1; written under the put gate

    [FieldOffset(456)]
    public long MaxUnread;       // a put waits while more bytes than that are unread; 0: never. Written before the ring is shared

    [FieldOffset(2048)]
    public PeerMap Known;        // which of the peers below were ever used; bits set by Interlocked

    [FieldOffset(PeersAt)]
    public RingPeer FirstPeer;   // one for each slot of the family

    [InlineArray(Family.SlotCount / 64)]
    public struct PeerMap
    {
        private long _first;
    }
}
