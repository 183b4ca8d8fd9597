namespace Braid.Checking.Hooks;

/// <summary>The mode in which a ReaderWriterLockSlim is entered.</summary>
internal enum ReadWriteMode
{
    Read,
    Upgradeable,
    Write,

    /// <summary>Write mode, entered by the thread that is the upgradeable reader.</summary>
    Upgrade,
}
