using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>How far one side of a message ring has come.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct RingPlace
{
    public long Region;    // which of the rings in a row it is in
    public long Offset;    // bytes since that was entered; modulo its size, where the next message begins
    public long Count;     // messages so far
    public long Bytes;     // bytes that those took
    public long Dropped;   // how many of them were never got; only the getting side counts that

    /// <summary>Whether there is such a place at all.</summary>
    public readonly bool CanBe => (ulong)Region < RingRegion.Count && Offset >= 0 && Count >= 0 && Bytes >= 0;

    /// <summary>Whether both sides have come equally far.</summary>
    public readonly bool IsLevelWith(in RingPlace other) => Count == other.Count;
}
