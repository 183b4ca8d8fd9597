namespace Braid.Checking.Hooks;

/// <summary>What a ReaderWriterLockSlim is entered for.</summary>
internal enum ReadWriteMode
{
    Read,
    Upgradeable,
    Write,

    /// <summary>To write, by the thread that is the upgradeable reader.</summary>
    Upgrade,
}
