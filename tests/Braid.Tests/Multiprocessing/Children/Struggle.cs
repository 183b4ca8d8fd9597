using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What processes do at full speed that are killed at any moment: enter, change two numbers that belong together, leave; and they watch each other.</summary>
/// <remarks>It travels to its workers as it is: all it has lies in shared memory.</remarks>
internal abstract class Struggle
{
    private const int Stopped = 0;
    private const int FaultCount = 1;
    private const int ToldCount = 2;
    private const int Inside = 3;       // who is, from 1 on; 0: nobody
    private const int First = 4;        // the two numbers: changed only inside
    private const int Second = 5;
    private const int KillCount = 6;    // counted up by the test before and after each kill
    private const int Turns = 8;        // how many each worker has taken
    private const int Flags = 16;       // whether each worker has a permit

    private readonly RawArray<long> _board = new(32);   // by Interlocked, but for the two numbers
    private readonly Event _runs = new();

    /// <summary>What a worker saw that cannot be: two inside, or two numbers that differ though nobody was told of a death.</summary>
    public long Faults => Volatile.Read(ref _board[FaultCount]);

    /// <summary>How many were told that a holder had died.</summary>
    public long Told => Volatile.Read(ref _board[ToldCount]);

    public long TurnsOf(int worker) => Volatile.Read(ref _board[Turns + worker]);

    public void Go() => _runs.Set();

    public void Pause() => _runs.Clear();

    public void Stop() => Volatile.Write(ref _board[Stopped], 1);

    /// <summary>Kills a worker; around it nobody counts permits, since one may be in a dead hand.</summary>
    public void Kill(int worker, ProcessActor actor)
    {
        Interlocked.Increment(ref _board[KillCount]);
        actor.Kill();
        Volatile.Write(ref _board[Flags + worker], 0);
        Interlocked.Increment(ref _board[KillCount]);
    }

    public void Work(int worker)
    {
        while (Volatile.Read(ref _board[Stopped]) == 0)
        {
            _runs.Wait();
            TakeTurn(worker);
            Interlocked.Increment(ref _board[Turns + worker]);
        }
    }

    /// <summary>In the end, with no worker left: whether it can be used, and how often a death is told still.</summary>
    public abstract void AssertUsable();

    protected abstract void TakeTurn(int worker);

    /// <summary>Enters, or waits inside, and changes the numbers.</summary>
    /// <param name="worker">Who.</param>
    /// <param name="enter">Has the lock when it returns, and when it tells of a death.</param>
    protected void Change(int worker, Action enter)
    {
        bool isTold = false;
        try
        {
            enter();
        }
        catch (AbandonedLockException)
        {
            isTold = true;
            Interlocked.Increment(ref _board[ToldCount]);
        }

        bool isAlone = Interlocked.Exchange(ref _board[Inside], worker + 1) == 0;
        if (isTold)
        {
            _board[Second] = _board[First];
        }
        else if (!isAlone || _board[First] != _board[Second])
        {
            Interlocked.Increment(ref _board[FaultCount]);
        }

        Volatile.Write(ref _board[First], _board[First] + 1);
        Volatile.Write(ref _board[Second], _board[Second] + 1);
        if (Interlocked.Exchange(ref _board[Inside], 0) != worker + 1)
        {
            Interlocked.Increment(ref _board[FaultCount]);
        }
    }

    /// <summary>With a permit: looks whether more have one than there are.</summary>
    protected void Share(int worker, int permits, int workers)
    {
        long kills = Volatile.Read(ref _board[KillCount]);
        Interlocked.Exchange(ref _board[Flags + worker], 1);
        int inside = 0;
        for (int i = 0; i < workers; i++)
        {
            inside += (int)Volatile.Read(ref _board[Flags + i]);
        }

        if (inside > permits && kills % 2 == 0 && Interlocked.Read(ref _board[KillCount]) == kills)
        {
            Interlocked.Increment(ref _board[FaultCount]);
        }

        Interlocked.Exchange(ref _board[Flags + worker], 0);
    }
}

/// <summary>For a lock.</summary>
internal sealed class LockStruggle : Struggle
{
    private readonly Multiprocessing.Lock _lock = new();

    public override void AssertUsable()
    {
        Change(0, () => _lock.Acquire());
        _lock.Release();
        Assert.True(_lock.TryAcquire());
        _lock.Release();
        Assert.False(_lock.Locked);
    }

    protected override void TakeTurn(int worker)
    {
        Change(worker, () => _lock.Acquire());
        _lock.Release();
    }
}

/// <summary>For a re-entrant lock, held twice.</summary>
internal sealed class RLockStruggle : Struggle
{
    private readonly RLock _lock = new();

    public override void AssertUsable()
    {
        Change(0, () => _lock.Acquire());
        Assert.Equal(1, _lock.Depth);
        _lock.Release();
        Assert.False(_lock.Locked);
    }

    protected override void TakeTurn(int worker)
    {
        Change(worker, () => _lock.Acquire());
        _lock.Acquire();
        _lock.Release();
        _lock.Release();
    }
}

/// <summary>For a condition: each notifies one and waits for a notification itself.</summary>
internal sealed class ConditionStruggle : Struggle
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(5);

    private readonly Condition _condition = new(new Multiprocessing.Lock());

    public override void AssertUsable()
    {
        Change(0, () => _condition.Acquire());
        _condition.NotifyAll();
        Assert.Equal(0, _condition.WaiterCount);
        Assert.False(_condition.TryWait(s_patience));
        _condition.Release();
        Assert.False(_condition.Locked);
    }

    protected override void TakeTurn(int worker)
    {
        Change(worker, () => _condition.Acquire());
        _condition.Notify();
        Change(worker, () => _condition.TryWait(s_patience));
        _condition.Release();
    }
}

/// <summary>For the permits of a semaphore, of which there are fewer than workers.</summary>
internal sealed class SemaphoreStruggle(int workers) : Struggle
{
    private readonly int _permits = workers - 1;
    private readonly BoundedSemaphore _semaphore = new(workers - 1);

    public override void AssertUsable()
    {
        for (int i = 0; i < _permits; i++)
        {
            Assert.True(_semaphore.TryAcquire());
        }

        Assert.False(_semaphore.TryAcquire());
        Assert.Equal(0, _semaphore.WaiterCount);
        _semaphore.Release(_permits);
        Assert.Throws<SemaphoreFullException>(() => _semaphore.Release());
    }

    protected override void TakeTurn(int worker)
    {
        _semaphore.Acquire();
        Share(worker, _permits, _permits + 1);
        _semaphore.Release();
    }
}
