namespace Braid.Checking.Hooks;

/// <summary>How often one thread has entered a ReaderWriterLockSlim, and what it waits for.</summary>
internal sealed class ReadWriteHolds
{
    public int Reads { get; set; }

    public int Upgrades { get; set; }

    public int Writes { get; set; }

    public ReadWriteMode Wanted { get; set; }

    public bool Any => Reads > 0 || Upgrades > 0 || Writes > 0;
}
