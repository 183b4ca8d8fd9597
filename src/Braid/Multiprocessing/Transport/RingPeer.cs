using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>A ring's record of one process: how many of its threads wait, and what it took last.</summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct RingPeer
{
    public const int Size = 64;

    public long Getters;   // the process's token in the high half, how many of it wait in the low one; by Interlocked
    public long Putters;   // likewise
    public long Joiners;   // likewise
    public long Taken;     // the number of the last message it took, from 1; 0 once it has come back. Written by its process
    public int Token;      // whose Taken is; written by its process, after Taken
}
