using System.Runtime.CompilerServices;
using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Hooks;

/// <summary>
/// SpinLock, identified by its address: the struct itself stays in its initial state, and only says whether it tracks its owner.
/// </summary>
/// <remarks>
/// A lock on the thread's own stack, which no other thread can reach, is entered for real; if that fails, the thread waits for itself.
/// </remarks>
[Hooks(typeof(SpinLock), Allowed = [".ctor", "get_IsThreadOwnerTrackingEnabled"])]
internal static class SpinLockHooks
{
    public static void Enter(ref SpinLock self, ref bool lockTaken, ControlledThread thread, int site) =>
        TryEnter(ref self, Limit.From(Timeout.Infinite), ref lockTaken, thread, site);

    public static void TryEnter(ref SpinLock self, [Default(0)] Limit timeout, ref bool lockTaken, ControlledThread thread, int site)
    {
        if (lockTaken)
        {
            lockTaken = false;
            throw new ArgumentException("The tookLock argument must be set to false before calling this method.", nameof(lockTaken));
        }

        long ticks = timeout.Ticks;
        if (Find(thread, ref self) is not { } spinLock)
        {
            self.TryEnter(ref lockTaken);
            if (!lockTaken)
            {
                thread.Await(OperationKind.Acquire, Never.Instance, site, ticks, interruptible: false);
            }

            return;
        }

        if (spinLock.TracksOwner && spinLock.Taker == thread)
        {
            throw new LockRecursionException("The calling thread already holds the lock.");
        }

        if (ticks == 0)
        {
            thread.StepAttempt(OperationKind.TryAcquire, spinLock, site);
        }
        else
        {
            thread.Await(OperationKind.Acquire, spinLock, site, ticks, interruptible: false);
        }

        if (spinLock.Taker is null)
        {
            spinLock.TakeBy(thread, site);
            lockTaken = true;
        }
        else
        {
            thread.Outcome("false");
        }
    }

    public static void Exit(ref SpinLock self, [Default(1)] bool useMemoryBarrier, ControlledThread thread, int site)
    {
        if (thread.Execution.Ending)
        {
            return;
        }

        if (Find(thread, ref self) is not { } spinLock)
        {
            self.Exit(useMemoryBarrier);
            return;
        }

        if (spinLock.TracksOwner && spinLock.Taker != thread)
        {
            throw new SynchronizationLockException("The calling thread does not hold the lock.");
        }

        thread.StepRelease(OperationKind.Release, spinLock, site);
        spinLock.GiveBy(thread);
    }

    public static bool get_IsHeld(ref SpinLock self, ControlledThread thread, int site)
    {
        if (Find(thread, ref self) is not { } spinLock)
        {
            return self.IsHeld;
        }

        thread.StepAttempt(OperationKind.Read, spinLock, site);
        return spinLock.Taker is not null;
    }

    public static bool get_IsHeldByCurrentThread(ref SpinLock self, ControlledThread thread, int site) =>
        self.IsThreadOwnerTrackingEnabled && Find(thread, ref self) is { } spinLock
            ? spinLock.Taker == thread
            : self.IsHeldByCurrentThread;

    /// <summary>The lock at this address, or null for one on the thread's own stack.</summary>
    private static SpinLockResource? Find(ControlledThread thread, ref SpinLock self)
    {
        if (MemoryAccess.Locate(thread, ref Unsafe.As<SpinLock, byte>(ref self)) is not { } place)
        {
            return null;
        }

        thread.Execution.LeaveIfDisturbed(thread);
        ResourceTable resources = thread.Execution.Resources;
        if (resources.Find<SpinLockResource>(place) is { } known)
        {
            return known;
        }

        bool tracksOwner = self.IsThreadOwnerTrackingEnabled;
        return resources.Get(place, thread.Execution, _ => new SpinLockResource(tracksOwner));
    }
}
