using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <content>What there is to call.</content>
internal static partial class ReaderWriterLockSlimHooks
{
    public static void EnterReadLock(ReaderWriterLockSlim self, int site) => TryEnterReadLock(self, Timeout.Infinite, site);

    public static bool TryEnterReadLock(ReaderWriterLockSlim self, TimeSpan timeout, int site) =>
        ControlledThread.Current is { } thread ? Enter(thread, self, ReadWriteMode.Read, Time.From(timeout), site) : self.TryEnterReadLock(timeout);

    public static bool TryEnterReadLock(ReaderWriterLockSlim self, int millisecondsTimeout, int site) =>
        ControlledThread.Current is { } thread ? Enter(thread, self, ReadWriteMode.Read, Time.FromMilliseconds(millisecondsTimeout), site) : self.TryEnterReadLock(millisecondsTimeout);

    public static void EnterUpgradeableReadLock(ReaderWriterLockSlim self, int site) => TryEnterUpgradeableReadLock(self, Timeout.Infinite, site);

    public static bool TryEnterUpgradeableReadLock(ReaderWriterLockSlim self, TimeSpan timeout, int site) =>
        ControlledThread.Current is { } thread ? Enter(thread, self, ReadWriteMode.Upgradeable, Time.From(timeout), site) : self.TryEnterUpgradeableReadLock(timeout);

    public static bool TryEnterUpgradeableReadLock(ReaderWriterLockSlim self, int millisecondsTimeout, int site) =>
        ControlledThread.Current is { } thread
            ? Enter(thread, self, ReadWriteMode.Upgradeable, Time.FromMilliseconds(millisecondsTimeout), site)
            : self.TryEnterUpgradeableReadLock(millisecondsTimeout);

    public static void EnterWriteLock(ReaderWriterLockSlim self, int site) => TryEnterWriteLock(self, Timeout.Infinite, site);

    public static bool TryEnterWriteLock(ReaderWriterLockSlim self, TimeSpan timeout, int site) =>
        ControlledThread.Current is { } thread ? Enter(thread, self, ReadWriteMode.Write, Time.From(timeout), site) : self.TryEnterWriteLock(timeout);

    public static bool TryEnterWriteLock(ReaderWriterLockSlim self, int millisecondsTimeout, int site) =>
        ControlledThread.Current is { } thread ? Enter(thread, self, ReadWriteMode.Write, Time.FromMilliseconds(millisecondsTimeout), site) : self.TryEnterWriteLock(millisecondsTimeout);

    public static void ExitReadLock(ReaderWriterLockSlim self, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            self.ExitReadLock();
            return;
        }

        if (Leaves(thread, self, holds => holds.Reads, site) is { } held && --held.HoldsOf(thread).Reads == 0)
        {
            held.LeaveRead(thread);
        }
    }

    public static void ExitUpgradeableReadLock(ReaderWriterLockSlim self, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            self.ExitUpgradeableReadLock();
            return;
        }

        if (Leaves(thread, self, holds => holds.Upgrades, site) is { } held && --held.HoldsOf(thread).Upgrades == 0)
        {
            held.LeaveUpgradeable(thread);
        }
    }

    public static void ExitWriteLock(ReaderWriterLockSlim self, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            self.ExitWriteLock();
            return;
        }

        if (Leaves(thread, self, holds => holds.Writes, site) is { } held && --held.HoldsOf(thread).Writes == 0)
        {
            held.LeaveWrite(thread);
        }
    }

    public static bool get_IsReadLockHeld(ReaderWriterLockSlim self, int site) => get_RecursiveReadCount(self, site) > 0;

    public static bool get_IsUpgradeableReadLockHeld(ReaderWriterLockSlim self, int site) => get_RecursiveUpgradeCount(self, site) > 0;

    public static bool get_IsWriteLockHeld(ReaderWriterLockSlim self, int site) => get_RecursiveWriteCount(self, site) > 0;

    public static int get_RecursiveReadCount(ReaderWriterLockSlim self, int site) =>
        ControlledThread.Current is { } thread ? Of(thread, self).HoldsOf(thread).Reads : self.RecursiveReadCount;

    public static int get_RecursiveUpgradeCount(ReaderWriterLockSlim self, int site) =>
        ControlledThread.Current is { } thread ? Of(thread, self).HoldsOf(thread).Upgrades : self.RecursiveUpgradeCount;

    public static int get_RecursiveWriteCount(ReaderWriterLockSlim self, int site) =>
        ControlledThread.Current is { } thread ? Of(thread, self).HoldsOf(thread).Writes : self.RecursiveWriteCount;

    public static int get_CurrentReadCount(ReaderWriterLockSlim self, int site) =>
        ControlledThread.Current is { } thread ? Look(thread, self, held => held.Readers - (held.Upgrader is null ? 0 : 1), site) : self.CurrentReadCount;

    public static int get_WaitingReadCount(ReaderWriterLockSlim self, int site) =>
        ControlledThread.Current is { } thread ? Look(thread, self, held => held.WaitingFor(ReadWriteMode.Read), site) : self.WaitingReadCount;

    public static int get_WaitingUpgradeCount(ReaderWriterLockSlim self, int site) =>
        ControlledThread.Current is { } thread ? Look(thread, self, held => held.WaitingFor(ReadWriteMode.Upgradeable), site) : self.WaitingUpgradeCount;

    public static int get_WaitingWriteCount(ReaderWriterLockSlim self, int site) =>
        ControlledThread.Current is { } thread ? Look(thread, self, held => held.WaitingWriters, site) : self.WaitingWriteCount;

    private static int Look(ControlledThread thread, ReaderWriterLockSlim self, Func<ReadWriteResource, int> what, int site)
    {
        ReadWriteResource held = Of(thread, self);
        thread.StepAttempt(OperationKind.Read, held, site);
        return what(held);
    }

    /// <summary>The lock, which the thread must hold in that way; null while the run ends: then nothing is given back any more.</summary>
    private static ReadWriteResource? Leaves(ControlledThread thread, ReaderWriterLockSlim self, Func<ReadWriteHolds, int> count, int site)
    {
        if (thread.Execution.Ending)
        {
            return null;
        }

        ReadWriteResource held = Of(thread, self);
        if (count(held.HoldsOf(thread)) == 0)
        {
            throw new SynchronizationLockException("The lock is being released without being held in that way by this thread.");
        }

        thread.StepRelease(OperationKind.Release, held, site);
        return held;
    }
}
