using Microsoft.Win32.SafeHandles;

namespace Braid.Multiprocessing;

/// <summary>In a worker with a memory limit: tells between two tasks whether so much is in use that another worker should go on, before a task is killed for what others have left behind.</summary>
/// <remarks>
/// The mark is at four fifths of the limit, or half-way from what the worker needed at its start when that was much already. What is garbage
/// only is given back first. By the worker's main thread.
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

    /// <summary>As <see cref="ProcessStatus.PrivateBytesOf"/>; the file stays open, since this is asked after each task.</summary>
    private long PrivateBytes()
    {
        Span<byte> text = stackalloc byte[128];
        return ProcessStatus.PrivateBytesIn(text[..RandomAccess.Read(_status, text, 0)]);
    }
}
