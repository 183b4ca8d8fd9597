using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <content>The members.</content>
internal static partial class ReaderWriterLockSlimHooks
{
    public static void EnterReadLock(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        Enter(thread, self, ReadWriteMode.Read, Time.Infinite, site);

    public static bool TryEnterReadLock(ReaderWriterLockSlim self, Limit timeout, ControlledThread thread, int site) =>
        Enter(thread, self, ReadWriteMode.Read, timeout.Ticks, site);

    public static void EnterUpgradeableReadLock(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        Enter(thread, self, ReadWriteMode.Upgradeable, Time.Infinite, site);

    public static bool TryEnterUpgradeableReadLock(ReaderWriterLockSlim self, Limit timeout, ControlledThread thread, int site) =>
        Enter(thread, self, ReadWriteMode.Upgradeable, timeout.Ticks, site);

    public static void EnterWriteLock(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        Enter(thread, self, ReadWriteMode.Write, Time.Infinite, site);

    public static bool TryEnterWriteLock(ReaderWriterLockSlim self, Limit timeout, ControlledThread thread, int site) =>
        Enter(thread, self, ReadWriteMode.Write, timeout.Ticks, site);

    public static void ExitReadLock(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        Exit(thread, self, ReadWriteMode.Read, site);

    public static void ExitUpgradeableReadLock(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        Exit(thread, self, ReadWriteMode.Upgradeable, site);

    public static void ExitWriteLock(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        Exit(thread, self, ReadWriteMode.Write, site);

    public static bool get_IsReadLockHeld(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        get_RecursiveReadCount(self, thread, site) > 0;

    public static bool get_IsUpgradeableReadLockHeld(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        get_RecursiveUpgradeCount(self, thread, site) > 0;

    public static bool get_IsWriteLockHeld(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        get_RecursiveWriteCount(self, thread, site) > 0;

    public static int get_RecursiveReadCount(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        Of(thread, self).HoldsOf(thread)[ReadWriteMode.Read];

    public static int get_RecursiveUpgradeCount(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        Of(thread, self).HoldsOf(thread)[ReadWriteMode.Upgradeable];

    public static int get_RecursiveWriteCount(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        Of(thread, self).HoldsOf(thread)[ReadWriteMode.Write];

    public static int get_CurrentReadCount(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        Read(thread, self, held => held.Readers - (held.Upgrader is null ? 0 : 1), site);

    public static int get_WaitingReadCount(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        Read(thread, self, held => held.WaitingFor(ReadWriteMode.Read), site);

    public static int get_WaitingUpgradeCount(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        Read(thread, self, held => held.WaitingFor(ReadWriteMode.Upgradeable), site);

    public static int get_WaitingWriteCount(ReaderWriterLockSlim self, ControlledThread thread, int site) =>
        Read(thread, self, held => held.WaitingWriters, site);

    private static int Read(ControlledThread thread, ReaderWriterLockSlim self, Func<ReadWriteResource, int> what, int site)
    {
        ReadWriteResource held = Of(thread, self);
        thread.StepAttempt(OperationKind.Read, held, site);
        return what(held);
    }
}
