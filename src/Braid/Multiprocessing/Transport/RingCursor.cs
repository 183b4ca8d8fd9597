using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The place of one side, in shared memory: written by the holder of that side's gate, read by all.</summary>
/// <remarks>
/// Two copies, of which the version's lowest bit says which one counts. The writer fills the other one and then stores the version: the
/// new place takes effect with that one store, or not at all if the writer is killed before it. A reader copies and looks whether the
/// version is still the same. The copy it reads is next written after one more commit, and the writer left and entered its gate
/// between the two, which is a full fence: so a reader of anything newer than the version it saw sees the version changed. This is why
/// no holder may commit twice while holding the gate once.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal unsafe struct RingCursor
{
    public const int Size = 128;   // two cache lines, so that the other side's cursor is not on them

    private long _version;         // commits so far; its low half is the word that the other side sleeps on
    private RingPlace _even;
    private RingPlace _odd;

    /// <summary>The place, for the gate's holder.</summary>
    public readonly RingPlace Own => (_version & 1) == 0 ? _even : _odd;

    /// <summary>The word that changes with each commit. The cursor must lie in shared memory.</summary>
    public static int* WordOf(RingCursor* cursor) => (int*)&cursor->_version;

    /// <summary>The place, foreverybody else.</summary>
    /// <param name="version">What the word held: while it holds that, the place is the one returned.</param>
    public RingPlace Read(out int version)
    {
        while (true)
        {
            long seen = Volatile.Read(ref _version);   // pairs with the store in Commit: sees the place and the messages before it
            RingPlace place = (seen & 1) == 0 ? Copy(ref _even) : Copy(ref _odd);
            if (Volatile.Read(ref _version) == seen)
            {
                version = (int)seen;
                return place;
            }
        }
    }

    /// <summary>Makes the new place count. Once, before the gate is left.</summary>
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

        KillPoint.Reach(KillPoint.CursorWritten);     // killed here: the copy that does not count was written
        Volatile.Write(ref _version, _version + 1);   // pairs with Read
    }

    /// <summary>Copies with reads that stay before the one that follows.</summary>
    private static RingPlace Copy(ref RingPlace place) => new()
    {
        Region = Volatile.Read(ref place.Region),
        Offset = Volatile.Read(ref place.Offset),
        Count = Volatile.Read(ref place.Count),
        Bytes = Volatile.Read(ref place.Bytes),
        Dropped = Volatile.Read(ref place.Dropped),
    };
}
