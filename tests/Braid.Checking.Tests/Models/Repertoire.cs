namespace Braid.Checking.Tests.Models;

/// <summary>The operations on each primitive. The objects are new for each sequence.</summary>
internal static class Repertoire
{
    public static readonly string[] Families =
    [
        "Monitor", "Lock", "SemaphoreSlim", "ManualResetEventSlim", "AutoResetEvent", "ManualResetEvent", "Mutex", "Semaphore", "SpinLock",
        "SpinWait",
        "ReaderWriterLockSlim", "WaitHandles",
    ];

    /// <summary>The primitives for which threads wait, or can wait.</summary>
    public static readonly string[] Shared = [.. Families.Where(family => family != "SpinWait")];

    /// <summary>Whether it is specified which of several waiters proceeds.</summary>
    public static bool ServesInOrder(string family) =>
        family is "AutoResetEvent" or "ManualResetEvent" or "Mutex" or "Semaphore" or "WaitHandles";

    public static List<Move> Of(string family, Random random) => family switch
    {
        "Monitor" => OfMonitor(),
        "Lock" => OfLock(),
        "SemaphoreSlim" => OfSemaphoreSlim(random),
        "ManualResetEventSlim" => OfManualResetEventSlim(random),
        "AutoResetEvent" => OfEvent(new AutoResetEvent(random.Next(2) == 0)),
        "ManualResetEvent" => OfEvent(
            random.Next(2) == 0
                ? new ManualResetEvent(random.Next(2) == 0)
                : new EventWaitHandle(random.Next(2) == 0, EventResetMode.ManualReset)),
        "Mutex" => OfMutex(),
        "Semaphore" => OfSemaphore(random),
        "SpinLock" => OfSpinLock(random),
        "SpinWait" => OfSpinWait(),
        "ReaderWriterLockSlim" => OfReaderWriterLockSlim(random),
        "WaitHandles" => OfWaitHandles(random),
        _ => throw new ArgumentException($"There is no family {family}.", nameof(family)),
    };

    private static List<Move> OfMonitor()
    {
        var gate = new object();
        return
        [
            Move.Of("Enter", () => Monitor.Enter(gate), mayBlock: true),
            Move.Of("Exit", () => Monitor.Exit(gate)),
            Move.Of("Exit", () => Monitor.Exit(gate)),
            new("TryEnter", () => Monitor.TryEnter(gate)),
            new("TryEnter(0)", () => Monitor.TryEnter(gate, 0)),
            new("TryEnter(-2)", () => Monitor.TryEnter(gate, -2)),
            new("TryEnter(-1)", () => Monitor.TryEnter(gate, -1), MayBlock: true),
            new("TryEnter(true)", () => { bool taken = true; Monitor.TryEnter(gate, ref taken); return taken; }),
            new("TryEnter(ref)", () => { bool taken = false; Monitor.TryEnter(gate, ref taken); return taken; }),
            new("IsEntered", () => Monitor.IsEntered(gate)),
            new("Wait(0)", () => Monitor.Wait(gate, 0), LetsOthersIn: true),
            new("Wait", () => Monitor.Wait(gate), MayBlock: true),
            new("Wait(-2)", () => Monitor.Wait(gate, -2)),
            Move.Of("Pulse", () => Monitor.Pulse(gate)),
            Move.Of("PulseAll", () => Monitor.PulseAll(gate)),
        ];
    }

    private static List<Move> OfLock()
    {
        var gate = new Lock();
        return
        [
            Move.Of("Enter", gate.Enter, mayBlock: true),
            Move.Of("Exit", gate.Exit),
            Move.Of("Exit", () => gate.Exit()),
            new("TryEnter", () => gate.TryEnter()),
            new("TryEnter(0)", () => gate.TryEnter(0)),
            new("TryEnter(-2)", () => gate.TryEnter(-2)),
            new("TryEnter(TimeSpan)", () => gate.TryEnter(TimeSpan.Zero)),
            new("IsHeld", () => gate.IsHeldByCurrentThread),
        ];
    }

    private static List<Move> OfSemaphoreSlim(Random random)
    {
        var semaphore = random.Next(2) == 0 ? new SemaphoreSlim(random.Next(3)) : new SemaphoreSlim(1, 2);
        using var source = new CancellationTokenSource();
        source.Cancel();
        CancellationToken cancelled = source.Token;
        bool disposes = random.Next(4) == 0;
        return
        [
            Move.Of("Wait", semaphore.Wait, mayBlock: true),
            Move.Of("Wait(cancelled)", () => semaphore.Wait(cancelled)),
            new("Wait(-1)", () => semaphore.Wait(-1), MayBlock: true),
            new("Wait(0)", () => semaphore.Wait(0)),
            new("Wait(-2)", () => semaphore.Wait(-2)),
            new("Wait(TimeSpan)", () => semaphore.Wait(TimeSpan.Zero)),
            new("Wait(-2, cancelled)", () => semaphore.Wait(-2, cancelled)),
            new("Wait(TimeSpan -2)", () => semaphore.Wait(TimeSpan.FromMilliseconds(-2))),
            new("Wait(long)", () => semaphore.Wait(TimeSpan.MaxValue), MayBlock: true),
            new("Release", () => semaphore.Release()),
            new("Release(2)", () => semaphore.Release(2)),
            new("Release(0)", () => semaphore.Release(0)),
            new("CurrentCount", () => semaphore.CurrentCount),
            Move.Of(disposes ? "Dispose" : "nothing", () => { if (disposes) { semaphore.Dispose(); } }),
        ];
    }

    private static List<Move> OfManualResetEventSlim(Random random)
    {
        var gate = new ManualResetEventSlim(random.Next(2) == 0);
        bool disposes = random.Next(4) == 0;
        using var source = new CancellationTokenSource();
        source.Cancel();
        CancellationToken cancelled = source.Token;
        return
        [
            Move.Of("Wait", gate.Wait, mayBlock: true),
            new("Wait(-1)", () => gate.Wait(-1), MayBlock: true),
            new("Wait(0)", () => gate.Wait(0)),
            new("Wait(-2)", () => gate.Wait(-2)),
            new("Wait(-2, cancelled)", () => gate.Wait(-2, cancelled)),
            new("Wait(too long, cancelled)", () => gate.Wait(TimeSpan.MaxValue, cancelled)),
            new("Wait(TimeSpan)", () => gate.Wait(TimeSpan.Zero)),
            new("Wait(too long)", () => gate.Wait(TimeSpan.MaxValue)),
            Move.Of("Wait(cancelled)", () => gate.Wait(cancelled)),
            Move.Of("Set", gate.Set),
            Move.Of("Reset", () => gate.Reset()),
            new("IsSet", () => gate.IsSet),
            Move.Of(disposes ? "Dispose" : "nothing", () => { if (disposes) { gate.Dispose(); } }),
        ];
    }

    private static List<Move> OfEvent(EventWaitHandle signal) =>
    [
        new("WaitOne", () => signal.WaitOne(), MayBlock: true),
        new("WaitOne(-1)", () => signal.WaitOne(-1), MayBlock: true),
        new("WaitOne(0)", () => signal.WaitOne(0)),
        new("WaitOne(-2)", () => signal.WaitOne(-2)),
        new("WaitOne(TimeSpan)", () => signal.WaitOne(TimeSpan.Zero)),
        new("Set", () => signal.Set()),
        new("Reset", () => signal.Reset()),
    ];

    private static List<Move> OfMutex()
    {
        var mutex = new Mutex();
        return
        [
            new("WaitOne", () => mutex.WaitOne(), MayBlock: true),
            new("WaitOne(0)", () => mutex.WaitOne(0)),
            new("WaitOne(-2)", () => mutex.WaitOne(-2)),
            Move.Of("ReleaseMutex", mutex.ReleaseMutex),
            Move.Of("ReleaseMutex", () => mutex.ReleaseMutex()),
        ];
    }

    private static List<Move> OfSemaphore(Random random)
    {
        var semaphore = new Semaphore(random.Next(3), 2);
        return
        [
            new("WaitOne", () => semaphore.WaitOne(), MayBlock: true),
            new("WaitOne(0)", () => semaphore.WaitOne(0)),
            new("Release", () => semaphore.Release()),
            new("Release(2)", () => semaphore.Release(2)),
            new("Release(0)", () => semaphore.Release(0)),
        ];
    }

    private static List<Move> OfSpinLock(Random random)
    {
        var holder = new SpinLockHolder { Lock = new SpinLock(random.Next(2) == 0) };
        return
        [
            new("TryEnter", () => { bool taken = false; holder.Lock.TryEnter(ref taken); return taken; }),
            new("TryEnter(0)", () => { bool taken = false; holder.Lock.TryEnter(0, ref taken); return taken; }),
            new("TryEnter(-2)", () => { bool taken = false; holder.Lock.TryEnter(-2, ref taken); return taken; }),
            new("TryEnter(TimeSpan)", () => { bool taken = false; holder.Lock.TryEnter(TimeSpan.Zero, ref taken); return taken; }),
            new("TryEnter(true)", () => { bool taken = true; holder.Lock.TryEnter(ref taken); return taken; }),
            new("Enter if free", () => { bool taken = false; if (!holder.Lock.IsHeld) { holder.Lock.Enter(ref taken); } return taken; }),
            // Exiting a free lock that does not track its owner is undefined.
            Move.Of("Exit", () => { if (holder.Lock.IsHeld || holder.Lock.IsThreadOwnerTrackingEnabled) { holder.Lock.Exit(); } }),
            Move.Of(
                "Exit(false)", () => { if (holder.Lock.IsHeld || holder.Lock.IsThreadOwnerTrackingEnabled) { holder.Lock.Exit(false); } }),
            new("IsHeld", () => holder.Lock.IsHeld),
            new("IsHeldByCurrentThread", () => holder.Lock.IsHeldByCurrentThread),
            new("IsThreadOwnerTrackingEnabled", () => holder.Lock.IsThreadOwnerTrackingEnabled),
        ];
    }

    private static List<Move> OfSpinWait()
    {
        var holder = new SpinWaitHolder();
        return
        [
            Move.Of("SpinOnce", () => holder.Wait.SpinOnce()),
            Move.Of("SpinOnce(-1)", () => holder.Wait.SpinOnce(-1)),
            Move.Of("SpinOnce(-2)", () => holder.Wait.SpinOnce(-2)),
            new("Count", () => holder.Wait.Count),
            new("NextSpinWillYield", () => holder.Wait.NextSpinWillYield),
            new("SpinUntil(false, 0)", () => SpinWait.SpinUntil(() => false, 0)),
            new("SpinUntil(false, 1)", () => SpinWait.SpinUntil(() => false, 1)),
            new("SpinUntil(true)", () => SpinWait.SpinUntil(() => true, -1)),
            new("SpinUntil(-2)", () => SpinWait.SpinUntil(() => true, -2)),
        ];
    }

    private static List<Move> OfReaderWriterLockSlim(Random random)
    {
        var gate = new ReaderWriterLockSlim(random.Next(2) == 0 ? LockRecursionPolicy.NoRecursion : LockRecursionPolicy.SupportsRecursion);
        return
        [
            Move.Of("EnterRead", gate.EnterReadLock, mayBlock: true),
            Move.Of("EnterWrite", gate.EnterWriteLock, mayBlock: true),
            Move.Of("EnterUpgradeable", gate.EnterUpgradeableReadLock, mayBlock: true),
            new("TryRead(0)", () => gate.TryEnterReadLock(0)),
            new("TryWrite(0)", () => gate.TryEnterWriteLock(0)),
            new("TryUpgradeable(0)", () => gate.TryEnterUpgradeableReadLock(0)),
            new("TryRead(-2)", () => gate.TryEnterReadLock(-2)),
            new("TryWrite(too long)", () => gate.TryEnterWriteLock(TimeSpan.MaxValue)),
            Move.Of("ExitRead", gate.ExitReadLock),
            Move.Of("ExitWrite", gate.ExitWriteLock),
            Move.Of("ExitUpgradeable", gate.ExitUpgradeableReadLock),
            new("held", () => $"{gate.IsReadLockHeld} {gate.IsUpgradeableReadLockHeld} {gate.IsWriteLockHeld}"),
            new(
                "counts",
                () => $"{gate.CurrentReadCount} {gate.RecursiveReadCount} {gate.RecursiveUpgradeCount} {gate.RecursiveWriteCount}"),
            Move.Of("Dispose", () => { if (!gate.IsReadLockHeld && !gate.IsWriteLockHeld) { return; } gate.Dispose(); }),
        ];
    }

    private static List<Move> OfWaitHandles(Random random)
    {
        var first = new AutoResetEvent(random.Next(2) == 0);
        var second = new ManualResetEvent(random.Next(2) == 0);
        var third = new Semaphore(random.Next(3), 2);
        var mutex = new Mutex();
        WaitHandle[] all = [first, second, third, mutex];
        return
        [
            new("WaitAny", () => WaitHandle.WaitAny([first, second, third]), MayBlock: true),
            new("WaitAny(0)", () => WaitHandle.WaitAny(all, 0)),
            new("WaitAny(0) backwards", () => WaitHandle.WaitAny([mutex, third, second, first], 0)),
            new("WaitAny(twice, 0)", () => WaitHandle.WaitAny([first, first], 0)),
            new("WaitAny(none)", () => WaitHandle.WaitAny([], 0)),
            new("WaitAll", () => WaitHandle.WaitAll([first, third, mutex]), MayBlock: true),
            new("WaitAll(0)", () => WaitHandle.WaitAll(all, 0)),
            new("WaitAll(twice)", () => WaitHandle.WaitAll([first, first], 0)),
            new("WaitAll(none)", () => WaitHandle.WaitAll([], 0)),
            new("WaitAll(null)", () => WaitHandle.WaitAll([null!], 0)),
            new("WaitAll(-2)", () => WaitHandle.WaitAll(all, -2)),
            new("SignalAndWait(semaphore)", () => WaitHandle.SignalAndWait(third, second, 0, false)),
            new("SignalAndWait(mutex)", () => WaitHandle.SignalAndWait(mutex, first, 0, false)),
            new("Set first", () => first.Set()),
            new("Reset first", () => first.Reset()),
            new("Set second", () => second.Set()),
            new("Reset second", () => second.Reset()),
            new("Release third", () => third.Release()),
            Move.Of("ReleaseMutex", mutex.ReleaseMutex),
        ];
    }

    private sealed class SpinLockHolder
    {
        public SpinLock Lock;
    }

    private sealed class SpinWaitHolder
    {
        public SpinWait Wait;
    }
}
