using Microsoft.Win32.SafeHandles;

namespace Braid.Multiprocessing;

/// <summary>
/// In a worker with a memory limit: checks between two tasks whether so much memory is in use that another worker should take over, before
/// a task is killed for what earlier ones left behind.
/// </summary>
/// <remarks>
/// The threshold is four fifths of the limit, or half-way between the limit and what the worker needed at its start, if that is higher.
/// Garbage is collected before deciding. Used by the worker's main thread.
/// </remarks>
internal sealed class MemoryGuard : IDisposable
{
    private const double Mark = 0.8;

    private readonly SafeFileHandle _status = File.OpenHandle("/proc/self/statm");
    private readonly long _mark;

    public MemoryGuard(long limit) => _mark = Math.Max((long)(limit * Mark), (PrivateBytes() + limit) / 2);

    public bool IsFull()
    {
        if (PrivateBytes() <= _mark)
        {
            return false;
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return PrivateBytes() > _mark;
    }

    public void Dispose() => _status.Dispose();

    /// <summary>Like <see cref="ProcessStatus.PrivateBytesOf"/>, but keeps the file open, since it is read after each task.</summary>
    private long PrivateBytes()
    {
        Span<byte> text = stackalloc byte[128];
        return ProcessStatus.PrivateBytesIn(text[..RandomAccess.Read(_status, text, 0)]);
    }
}
