using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Restricts the calling thread, and what it starts, to some processors until disposed.</summary>
internal sealed unsafe partial class ProcessorChoice : IDisposable
{
    private const int MaskBytes = 128;   // 1024 processors

    private readonly byte[] _before = new byte[MaskBytes];

    /// <exception cref="WorkerStartException">The system has none of them for this process.</exception>
    public ProcessorChoice(IReadOnlyList<int> processors)
    {
        byte[] mask = new byte[MaskBytes];
        foreach (int processor in processors)
        {
            mask[processor / 8] |= (byte)(1 << (processor % 8));
        }

        fixed (byte* before = _before, wanted = mask)
        {
            _ = Get(0, MaskBytes, before);
            if (Set(0, MaskBytes, wanted) != 0)
            {
                throw new WorkerStartException($"A worker cannot be restricted to the processors {string.Join(", ", processors)}: {Errno.LastText()}. This process may use {Environment.ProcessorCount} of them.");
            }
        }
    }

    public void Dispose()
    {
        fixed (byte* before = _before)
        {
            _ = Set(0, MaskBytes, before);
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static partial int Get(int thread, nuint bytes, byte* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int Set(int thread, nuint bytes, byte* mask);
}
