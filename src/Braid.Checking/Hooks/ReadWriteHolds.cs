namespace Braid.Checking.Hooks;

/// <summary>How often one thread has entered a ReaderWriterLockSlim in each mode, and the mode that it waits for.</summary>
internal sealed class ReadWriteHolds
{
    private readonly int[] _counts = new int[3];

    public ReadWriteMode Wanted { get; set; }

    public bool Any => Array.Exists(_counts, static count => count > 0);

    /// <summary>How often the thread holds the lock in this mode.</summary>
    public ref int this[ReadWriteMode mode] => ref _counts[(int)mode];
}
