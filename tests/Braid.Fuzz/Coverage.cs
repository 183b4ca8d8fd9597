using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Braid.Fuzz;

/// <summary>
/// Which transitions from branch to branch a run has taken, and how often, in steps as AFL's: once, twice, three times, 4 to 7, ... A run
/// is new if one of these was not seen before.
/// </summary>
internal sealed unsafe class Coverage
{
    private const int MapBytes = 1 << 16;                // what SharpFuzz's instrumentation has its numbers for

    private readonly byte* _counts = (byte*)NativeMemory.AllocZeroed(MapBytes);
    private readonly byte[] _seen = new byte[MapBytes];  // a bit for each step

    /// <summary>Before any instrumented code runs: it counts there.</summary>
    public Coverage() => Trace.SharedMem = _counts;

    /// <summary>How many transitions were seen.</summary>
    public int SeenCount { get; private set; }

    public void Begin()
    {
        Trace.PrevLocation = 0;
        NativeMemory.Clear(_counts, MapBytes);
    }

    /// <returns>Whether the run was new.</returns>
    public bool End()
    {
        bool isNew = false;
        for (int word = 0; word < MapBytes; word += sizeof(ulong))
        {
            if (Unsafe.ReadUnaligned<ulong>(_counts + word) != 0)
            {
                for (int at = word; at < word + sizeof(ulong); at++)
                {
                    isNew |= _counts[at] != 0 && See(at);
                }
            }
        }

        return isNew;
    }

    private bool See(int at)
    {
        byte step = _counts[at] <= 3 ? (byte)(1 << (_counts[at] - 1)) : (byte)(1 << (1 + Math.Min(BitOperations.Log2(_counts[at]), 6)));
        if ((_seen[at] & step) != 0)
        {
            return false;
        }

        SeenCount += _seen[at] == 0 ? 1 : 0;
        _seen[at] |= step;
        return true;
    }
}
