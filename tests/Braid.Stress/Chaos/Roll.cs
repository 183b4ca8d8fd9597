using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>The processes that have begun to work, in shared memory, signed by themselves. It travels.</summary>
/// <remarks>Only these are struck at, as a rule: on a busy machine, others would die before they have begun, one after the other.</remarks>
internal sealed class Roll : IDisposable
{
    private const int Most = 256;   // the last ones to come; older ones are dead, or do without blows

    private readonly RawArray<int> _pids = new(Most);   // each by its process
    private readonly RawValue<int> _count = new();      // by Interlocked

    /// <summary>How many there were.</summary>
    public int Count => _count.Value;

    public void SignUp() => _pids[Interlocked.Increment(ref _count.Ref) & (Most - 1)] = Environment.ProcessId;

    /// <summary>Whom to strike at now; sometimes also children that have not begun, while others have.</summary>
    public IReadOnlyList<int> Targets(Random random)
    {
        int[] begun = [.. _pids.Where(pid => pid != 0 && Kin.IsChild(pid) && Kin.Runs(pid))];
        return begun.Length > 1 && random.Next(8) == 0 ? [.. Kin.Children()] : begun;
    }

    public void Dispose()
    {
        _pids.Dispose();
        _count.Dispose();
    }
}
