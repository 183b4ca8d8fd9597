namespace Braid.Checking.Hooks;

/// <summary>How often one thread has entered a ReaderWriterLockSlim, and what it waits for.</summary>
internal sealed class ReadWriteHolds
{
    private readonly int[] _counts = new int[3];

    public ReadWriteMode Wanted { get; set; }

    public bool Any => Array.Exists(_counts, static count => count > 0);

    /// <summary>How often it is in to read, as the upgradeable reader, or to write.</summary>
    public ref int this[ReadWriteMode mode] => ref _counts[(int)mode];
}
