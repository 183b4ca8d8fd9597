using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// ReaderWriterLockSlim: the shared parts of entering and leaving, and disposal. The real object keeps its recursion policy, and whether it
/// is disposed.
/// </summary>
[Hooks(typeof(ReaderWriterLockSlim), Allowed = [".ctor", "get_RecursionPolicy"])]
internal static partial class ReaderWriterLockSlimHooks
{
    public static void Dispose(ReaderWriterLockSlim self, ControlledThread thread, int site)
    {
        if (!thread.Execution.Ending && !IsDisposed(self))
        {
            ReadWriteResource held = Of(thread, self);
            thread.Step(OperationKind.Write, held, site);
            bool waitedFor =
                held.WaitingFor(ReadWriteMode.Read) + held.WaitingFor(ReadWriteMode.Upgradeable) + held.WaitingWriters > 0;
            if (waitedFor || held.HoldsOf(thread).Any)
            {
                throw new SynchronizationLockException(
                    "The lock is being disposed while still being used. It either is being held by a thread and/or has active waiters " +
                    "waiting to acquire the lock.");
            }
        }

        self.Dispose();
    }

    internal static ReadWriteResource Of(ControlledThread thread, ReaderWriterLockSlim self) =>
        thread.Execution.Resources.Get(
            self ?? throw new NullReferenceException(),
            thread.Execution,
            static made => new ReadWriteResource(made.RecursionPolicy == LockRecursionPolicy.SupportsRecursion));

    /// <summary>Enters. If what the thread holds already lets it in again, only its count changes.</summary>
    private static bool Enter(ControlledThread thread, ReaderWriterLockSlim self, ReadWriteMode mode, long timeout, int site)
    {
        RequireUsable(self);
        ReadWriteResource held = Of(thread, self);
        if (EntersAgain(thread, held, mode, site))
        {
            return true;
        }

        ReadWriteMode wanted = mode == ReadWriteMode.Write && held.Upgrader == thread ? ReadWriteMode.Upgrade : mode;
        if (timeout == 0)
        {
            thread.StepAttempt(OperationKind.TryAcquire, held, site);
        }
        else
        {
            thread.Step(OperationKind.Acquire, held, site);
        }

        RequireUsable(self);
        if (!held.CanEnter(thread, wanted) && !AwaitEntry(thread, held, wanted, timeout, site))
        {
            return false;
        }

        held.EnterBy(thread, mode, site);
        return true;
    }

    private static bool AwaitEntry(ControlledThread thread, ReadWriteResource held, ReadWriteMode wanted, long timeout, int site)
    {
        if (timeout == 0)
        {
            thread.Outcome("false");
            return false;
        }

        held.BeginWait(thread, wanted);
        try
        {
            return thread.AwaitOrThrow(OperationKind.Acquire, held, site, timeout);
        }
        finally
        {
            held.EndWait(wanted);
        }
    }

    /// <summary>Leaves, unless the run is ending: nothing is released any more then.</summary>
    private static void Exit(ControlledThread thread, ReaderWriterLockSlim self, ReadWriteMode mode, int site)
    {
        if (thread.Execution.Ending)
        {
            return;
        }

        ReadWriteResource held = Of(thread, self);
        if (held.HoldsOf(thread)[mode] == 0)
        {
            throw new SynchronizationLockException("The lock is being released without being held in that way by this thread.");
        }

        thread.StepRelease(OperationKind.Release, held, site);
        held.LeaveBy(thread, mode);
    }

    /// <summary>Whether what the thread holds lets it in at once; throws where .NET forbids to enter again.</summary>
    private static bool EntersAgain(ControlledThread thread, ReadWriteResource held, ReadWriteMode mode, int site)
    {
        ReadWriteHolds holds = held.HoldsOf(thread);
        if (!held.IsRecursive)
        {
            bool isHeld = held.Writer == thread || holds[ReadWriteMode.Read] > 0;
            Forbid(isHeld || (mode == ReadWriteMode.Upgradeable && held.Upgrader == thread), mode);
            if (mode != ReadWriteMode.Read || held.Upgrader != thread)
            {
                return false;
            }

            held.EnterBy(thread, mode, site);
            return true;
        }

        switch (mode)
        {
            case ReadWriteMode.Read when holds[mode] > 0:
            case ReadWriteMode.Write when held.Writer == thread:
            case ReadWriteMode.Upgradeable when held.Upgrader == thread:
                holds[mode]++;
                return true;
            case ReadWriteMode.Read or ReadWriteMode.Upgradeable when held.Writer == thread:
            case ReadWriteMode.Read when held.Upgrader == thread:
                held.EnterBy(thread, mode, site);
                return true;
            default:
                Forbid(mode != ReadWriteMode.Read && holds[ReadWriteMode.Read] > 0 && held.Upgrader != thread, mode);
                return false;
        }
    }

    private static void Forbid(bool forbidden, ReadWriteMode mode)
    {
        if (forbidden)
        {
            throw new LockRecursionException($"The lock cannot be entered for {mode} in addition to what the thread already holds.");
        }
    }

    private static void RequireUsable(ReaderWriterLockSlim self) => ObjectDisposedException.ThrowIf(IsDisposed(self), self);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_fDisposed")]
    private static extern ref bool DisposedField(ReaderWriterLockSlim self);

    private static bool IsDisposed(ReaderWriterLockSlim self) => DisposedField(self);
}
