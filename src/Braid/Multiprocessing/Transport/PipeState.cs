using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The shared state of a pipe, at the beginning of its segment: the holders of each end. Its two rings follow.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct PipeState
{
    public const int Size = 4096 + (2 * End.Size);

    [FieldOffset(0)]
    public int IsDuplex;   // 0 or 1; written before the pipe is shared

    [FieldOffset(4)]
    public int Numbers;    // counted up when a transit begins, and once more when it is in its place; by Interlocked

    [FieldOffset(4096)]
    public End FirstEnd;

    [FieldOffset(4096 + End.Size)]
    public End SecondEnd;

    /// <summary>The holders of an end.</summary>
    [StructLayout(LayoutKind.Explicit, Size = Size)]
    public struct End
    {
        public const int TransitCount = 448;
        public const int Size = 4096 + (Family.SlotCount * sizeof(long));

        [FieldOffset(0)]
        public RingState.PeerMap Known;   // which slots ever held it; bits set by Interlocked

        [FieldOffset(512)]
        public long FirstTransit;         // ends on their way: a token in the high half, the transit's number in the low one; by Interlocked

        [FieldOffset(4096)]
        public long FirstHolder;          // for each slot: a token in the high half, how many objects it has open in the low one; by Interlocked
    }
}
