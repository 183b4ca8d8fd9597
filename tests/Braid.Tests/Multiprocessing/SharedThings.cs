using Braid.Multiprocessing;
using Braid.Threading;
using Braid.Waiting;

namespace Braid.Tests;

/// <summary>One of everything that processes share. It travels.</summary>
internal sealed class SharedThings : IDisposable
{
    private const int PhaseMilliseconds = 8;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Multiprocessing.Lock _lock = new();
    private readonly Multiprocessing.RLock _rlock = new();
    private readonly Multiprocessing.Condition _condition = new();
    private readonly Multiprocessing.Semaphore _semaphore = new();
    private readonly Multiprocessing.Event _event = new();
    private readonly Multiprocessing.Barrier _barrier = new(2);
    private readonly JoinableQueue<int> _numbers = new();
    private readonly Multiprocessing.Queue<Connection> _ends = new();
    private readonly Connection _stays;

    public SharedThings()
    {
        (_stays, Connection travels) = Pipe.Create();
        _ends.Put(travels);
        travels.Close();
    }

    /// <summary>Goes through everything, in two threads that get into each other's way, until this process gets to a place where it is killed.</summary>
    public void UseUntilKilled(string place)
    {
        KillPoint.Arm(place, time: place == KillPoint.EndSlotTaken ? 1 : 3);   // a process gets there once
        var other = new System.Threading.Thread(() => UseUntilTired(seed: 1));
        other.Start();
        UseUntilTired(seed: 0);
        other.Join();
    }

    /// <summary>What any process must be able to do when no other uses it.</summary>
    public void CheckThatAllIsUsable()
    {
        CheckLock(_lock);
        CheckLock(_rlock);
        CheckLock(_condition);
        CheckCondition();
        Assert.True(_semaphore.TryAcquire(s_patience));
        Assert.False(_semaphore.TryAcquire());
        _semaphore.Release();
        CheckBarrier();
        _event.Clear();
        Assert.False(_event.TryWait());
        _event.Set();
        Assert.True(_event.TryWait(s_patience));
        CheckNumbers();
        CheckEnds();
    }

    public void Dispose()
    {
        _lock.Close();
        _rlock.Close();
        _condition.Close();
        _semaphore.Close();
        _event.Dispose();
        _barrier.Dispose();
        _numbers.Dispose();
        _ends.Dispose();
        _stays.Dispose();
    }

    private void UseUntilTired(int seed)
    {
        var random = new Random(seed);
        Action<Random>[] ways = [UseLock, UseRLock, UseCondition, UseSemaphore, UseGate, UseEvent, UseBarrier, UseNumbers, UseEnds];
        var tired = Deadline.After(TimeSpan.FromSeconds(60));
        while (!tired.HasPassed)
        {
            ways[Environment.TickCount64 / PhaseMilliseconds % ways.Length](random);   // both threads do the same
        }
    }

    private static void Linger(Random random) => System.Threading.Thread.SpinWait(random.Next(4000));

    private void UseLock(Random random)
    {
        using (_lock.EnterScope())
        {
            Linger(random);
        }
    }

    private void UseRLock(Random random)
    {
        using (_rlock.EnterScope())
        {
            Linger(random);
        }
    }

    private void UseCondition(Random random)
    {
        using (_condition.EnterScope())
        {
            _condition.NotifyAll();
            _condition.TryWait(TimeSpan.FromMilliseconds(random.Next(3)));
        }
    }

    private void UseSemaphore(Random random)
    {
        using (_semaphore.EnterScope())
        {
            Linger(random);
        }
    }

    private void UseGate(Random random)
    {
        using (new SharedGate(((IShared)_semaphore).Segment, offset: 0).Enter())
        {
            Linger(random);
        }
    }

    private void UseEvent(Random random)
    {
        _event.TryWait(TimeSpan.FromMilliseconds(random.Next(2)));
        _event.Set();
        _event.Clear();
    }

    private void UseNumbers(Random random)
    {
        _numbers.Put(1);
        if (_numbers.TryGet(out _, TimeSpan.FromMilliseconds(1)))
        {
            _numbers.TaskDone();
        }

        if (_numbers.TryGet(out _, TimeSpan.FromMilliseconds(random.Next(2))))
        {
            _numbers.TaskDone();
        }
    }

    private void UseEnds(Random random)
    {
        if (_ends.TryGet(out Connection? end, TimeSpan.FromMilliseconds(random.Next(1, 3))))
        {
            end.Send(1);
            _stays.TryRecv<int>(out _);
            _ends.Put(end);
            end.Close();
        }
    }

    private void UseBarrier(Random random)
    {
        try
        {
            _barrier.TryWait(out _, TimeSpan.FromMilliseconds(random.Next(3)));
        }
        catch (BrokenBarrierException)
        {
            _barrier.Reset();
        }

        _barrier.Release();
    }

    private static void CheckLock(ILock mutex)
    {
        try
        {
            Assert.True(mutex.TryAcquire(s_patience));
        }
        catch (AbandonedLockException)
        {
            // It died as the holder; now it is held here.
        }

        mutex.Release();
    }

    private void CheckCondition()
    {
        bool isWoken = false;
        var sleeper = new System.Threading.Thread(() =>
        {
            using (_condition.EnterScope())
            {
                isWoken = _condition.TryWait(s_patience);
            }
        });
        sleeper.Start();
        while (sleeper.IsAlive)
        {
            using (_condition.EnterScope())
            {
                _condition.NotifyAll();
            }

            sleeper.Join(1);
        }

        Assert.True(isWoken);
    }

    private void CheckBarrier()
    {
        _barrier.Reset();
        int[] indexes = [-1, -1];
        System.Threading.Thread[] parties = [.. Enumerable.Range(0, 2).Select(party => new System.Threading.Thread(() => _barrier.TryWait(out indexes[party], s_patience)))];
        Array.ForEach(parties, static party => party.Start());
        Array.ForEach(parties, static party => party.Join());
        Assert.Equal([0, 1], indexes.Order());
    }

    private void CheckNumbers()
    {
        while (_numbers.TryGet(out _))
        {
        }

        while (_numbers.UnfinishedTasks > 0)
        {
            _numbers.TaskDone();
        }

        Assert.True(_numbers.TryJoin(s_patience));
        _numbers.Put(7);
        Assert.True(_numbers.TryGet(out int number, s_patience));
        Assert.Equal(7, number);
    }

    /// <summary>The end that goes round is in the queue, or went with the process; either way the one that stays learns when it is gone.</summary>
    private void CheckEnds()
    {
        while (_stays.Poll() && !HasEnded())
        {
        }

        if (_ends.TryGet(out Connection? end))
        {
            end.SendBytes([5]);
            Assert.Equal([5], _stays.RecvBytes());
            end.Close();
        }

        Assert.True(_stays.Poll(s_patience));
        Assert.Throws<EndOfStreamException>(() => _stays.RecvBytes());
    }

    private bool HasEnded()
    {
        try
        {
            _stays.Recv<int>();
            return false;
        }
        catch (EndOfStreamException)
        {
            return true;
        }
    }
}
