using Braid.Checking.Engine;
using Braid.Checking.Memory;
using Braid.Checking.Reports;

namespace Braid.Checking.Oracles;

/// <summary>
/// Detects the one reordering that processors make although every access is volatile: of a write and a later read of another location.
/// </summary>
/// <remarks>
/// A write may stay in the processor's store buffer while later reads have already completed (Sewell, Sarkar, Owens, Zappa Nardelli,
/// Myreen: x86-TSO, CACM 2010). This is visible when two threads do it crosswise, as in Dekker's algorithm: each writes one location and
/// reads the other's, and both read the old values. Under sequential consistency one of them comes first in each run, so the pair is
/// detected in either order, if nothing but these accesses orders the two. A full fence in between (Interlocked, a lock, a wait) forbids
/// the reordering.
/// </remarks>
internal sealed class StoreLoads
{
    private readonly Dictionary<(int Thread, Variable Written, Variable Read), Pass> _passes = [];

    /// <summary>The crosswise pairs of this run.</summary>
    public List<StoreLoad> Found { get; } = [];

    public void Clear()
    {
        _passes.Clear();
        Found.Clear();
    }

    /// <summary>Records that the thread reads the location, and has written others since its last fence.</summary>
    public void OnRead(ControlledThread thread, Variable read, int site)
    {
        foreach ((Variable written, int writeSite) in thread.Unfenced)
        {
            if (written == read)
            {
                continue;
            }

            var pass = new Pass(new Epoch(thread.Index, thread.Clock[thread.Index]), writeSite, site);
            _passes[(thread.Index, written, read)] = pass;
            foreach (ControlledThread other in thread.Execution.Threads)
            {
                if (other != thread && _passes.TryGetValue((other.Index, read, written), out Pass crosswise)
                    && !crosswise.When.HappenedBefore(thread.Clock))
                {
                    Found.Add(new StoreLoad(other.Name, crosswise.WriteSite, crosswise.ReadSite, thread.Name, writeSite, site));
                }
            }
        }
    }

    private readonly record struct Pass(Epoch When, int WriteSite, int ReadSite);
}

/// <summary>Two threads, each of which writes one location and then reads the one that the other writes.</summary>
internal sealed record StoreLoad(string First, int FirstWrite, int FirstRead, string Second, int SecondWrite, int SecondRead)
{
    /// <summary>The same for both orders of the two threads.</summary>
    public (int, int, int, int) Key =>
        FirstWrite <= SecondWrite ? (FirstWrite, FirstRead, SecondWrite, SecondRead) : (SecondWrite, SecondRead, FirstWrite, FirstRead);

    public override string ToString() =>
        $"{DescribeAccesses(First, FirstWrite, FirstRead)}, while {DescribeAccesses(Second, SecondWrite, SecondRead)}: " +
        "a processor may do each read before the write in front of it, so that both read the old values (Dekker's pattern, store-load " +
        "reordering), and this was not explored (MemoryModel.Tso explores it). " +
        "To forbid it, write by Interlocked.Exchange or put Interlocked.MemoryBarrier() in between";

    private static string DescribeAccesses(string thread, int write, int read) =>
        $"{thread} writes {Text.Subject(write)} at {SourceMap.Where(write)} and then reads {Text.Subject(read)} at {SourceMap.Where(read)}";
}
