namespace Braid.Checking.Tests.Models;

/// <summary>One lock of each kind, all held by one thread, for another thread whose attempts fail.</summary>
internal sealed class TakenLocks
{
    private readonly object _monitor = new();
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _permits = new(0);
    private readonly ManualResetEventSlim _gate = new();
    private readonly AutoResetEvent _signal = new(false);
    private readonly ManualResetEvent _isSet = new(true);
    private readonly Mutex _mutex = new();
    private readonly Semaphore _semaphore = new(0, 1);
    private readonly ReaderWriterLockSlim _readWrite = new();
    private SpinLock _spin = new(true);

    public ManualResetEventSlim AreTaken { get; } = new();

    public ManualResetEventSlim Release { get; } = new();

    public void HoldUntilReleased()
    {
        bool spins = false;
        Monitor.Enter(_monitor);
        _lock.Enter();
        _mutex.WaitOne();
        _readWrite.EnterWriteLock();
        _spin.Enter(ref spins);
        AreTaken.Set();
        Release.Wait();
        _spin.Exit();
        _readWrite.ExitWriteLock();
        _mutex.ReleaseMutex();
        _lock.Exit();
        Monitor.Exit(_monitor);
    }

    public bool TryOne(string kind, int milliseconds) => kind switch
    {
        "Monitor" => Monitor.TryEnter(_monitor, milliseconds),
        "Lock" => _lock.TryEnter(milliseconds),
        "SemaphoreSlim" => _permits.Wait(milliseconds),
        "ManualResetEventSlim" => _gate.Wait(TimeSpan.FromMilliseconds(milliseconds)),
        "AutoResetEvent" => _signal.WaitOne(milliseconds),
        "Mutex" => _mutex.WaitOne(TimeSpan.FromMilliseconds(milliseconds)),
        "Semaphore" => _semaphore.WaitOne(milliseconds, false),
        "WaitAny" => WaitHandle.WaitAny([_signal, _mutex, _semaphore], milliseconds) != WaitHandle.WaitTimeout,
        "WaitAll" => WaitHandle.WaitAll([_isSet, _mutex], milliseconds),
        "read" => _readWrite.TryEnterReadLock(milliseconds),
        "write" => _readWrite.TryEnterWriteLock(TimeSpan.FromMilliseconds(milliseconds)),
        "upgradeable" => _readWrite.TryEnterUpgradeableReadLock(milliseconds),
        "SpinLock" => TrySpin(milliseconds),
        "SpinUntil" => SpinWait.SpinUntil(() => _gate.IsSet, milliseconds),
        _ => throw new ArgumentException(kind, nameof(kind)),
    };

    private bool TrySpin(int milliseconds)
    {
        bool taken = false;
        _spin.TryEnter(milliseconds, ref taken);
        return taken;
    }
}
