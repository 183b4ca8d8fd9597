using System.Globalization;
using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>What a child does that may be killed at any moment: it goes through all kinds of locks, in all ways, on two threads.</summary>
internal sealed class LockLife(LockTable table, string memoryNames, int place, int seed)
{
    public const int Threads = 2;
    public const int Kinds = 10;

    private const int BurstKind = 9;
    private const int LockKinds = 5;   // the first: these are chosen most often, the others mostly wait

    /// <summary>Ends when the parent says so. Has named memory meanwhile, whose name somebody else takes away when this process is killed.</summary>
    public void Run()
    {
        using var memory = new SharedMemory(string.Create(CultureInfo.InvariantCulture, $"{memoryNames}{Environment.ProcessId}"), create: true, size: 5000);
        var other = new Thread(() => Work(1));
        other.Start();
        Work(0);
        other.Join();
    }

    private static bool Acquire(Threading.ILock mutex, Random random, bool mayAwait = true)
    {
        switch (random.Next(mayAwait ? 5 : 3))
        {
            case 0:
                return mutex.TryAcquire();
            case 1:
                return mutex.TryAcquire(TimeSpan.FromMilliseconds(random.Next(50)));
            case 3:
                return mutex.TryAcquireAsync(TimeSpan.FromMilliseconds(random.Next(50))).AsTask().GetAwaiter().GetResult();
            case 4:
                mutex.AcquireAsync().AsTask().GetAwaiter().GetResult();
                return true;
            default:
                mutex.Acquire();
                return true;
        }
    }

    private void Work(int thread)
    {
        var random = new Random((seed * Threads) + thread);
        try
        {
            for (uint turn = 1; !table.Leaves; turn++)
            {
                int kind = random.Next(3) switch
                {
                    0 => random.Next(Kinds),
                    1 => random.Next(LockKinds),
                    _ => BurstKind,
                };
                if (Turn(kind, turn, (place * Threads) + thread, random))
                {
                    table.Count(kind);
                }
            }
        }
        catch (Exception exception)
        {
            Console.Error.WriteLine(exception);
            Environment.Exit(1);   // at once: the other thread would go on
        }
    }

    /// <returns>Whether it got what it wanted.</returns>
    private bool Turn(int kind, uint turn, int party, Random random)
    {
        switch (kind)
        {
            case 0:
                return table.LockPair.PassThrough(table.Lock, () => Acquire(table.Lock, random), random);
            case 1:
                return table.RLockPair.PassThrough(table.RLock, () => Acquire(table.RLock, random, mayAwait: false), random, GoDeeper);
            case 2:
                return table.ValuePair.PassThrough(table.Value.Lock, () => Acquire(table.Value.Lock, random, mayAwait: false), random, () => table.Value.Obj.Value++);
            case 3:
                return table.Semaphore.PassThrough(party, turn, random);
            case 4:
                return table.Bounded.PassThrough(party, turn, random);
            case 5:
                return table.ConditionPair.PassThrough(table.Condition, () => Acquire(table.Condition, random, mayAwait: false), random, () => table.Condition.Notify(random.Next(1, 3)));
            case 6:
                return table.ConditionPair.PassThrough(table.Condition, () => Acquire(table.Condition, random, mayAwait: false), random, () => table.Condition.TryWait(TimeSpan.FromMilliseconds(random.Next(20))));
            case 7:
                return Meet(random);
            case 8:
                return Signal(random);
            default:
                return Burst(random);
        }
    }

    /// <summary>Many quick calls in a row, so that a blow falls inside one of them rather than between them.</summary>
    private bool Burst(Random random)
    {
        int way = random.Next(3);
        for (int count = 0; count < 300; count++)
        {
            switch (way)
            {
                case 0:
                    table.Semaphore.Touch();
                    break;
                case 1:
                    table.Bounded.Touch();
                    break;
                default:
                    table.ConditionPair.PassThrough(table.Condition, () => table.Condition.TryAcquire(), random, () => table.Condition.TryWait(), lingers: false);
                    break;
            }
        }

        return true;
    }

    private void GoDeeper()
    {
        table.RLock.Acquire();
        if (table.RLock.Depth != 2)
        {
            throw new InvalidDataException($"{table.RLock} was acquired twice, but its depth is {table.RLock.Depth}.");
        }

        table.RLock.Release();
    }

    private bool Meet(Random random)
    {
        try
        {
            if (random.Next(4) == 0)
            {
                table.Barrier.Release();
            }

            bool met = table.Barrier.TryWait(out int index, TimeSpan.FromMilliseconds(random.Next(30)));
            return !met || index is 0 or 1 ? met : throw new InvalidDataException($"A barrier of 2 parties gave one of them the number {index}.");
        }
        catch (Threading.BrokenBarrierException)
        {
            table.Barrier.Reset();
            return false;
        }
    }

    private bool Signal(Random random)
    {
        switch (random.Next(3))
        {
            case 0:
                table.Event.Set();
                return true;
            case 1:
                table.Event.Clear();
                return true;
            default:
                return table.Event.TryWait(TimeSpan.FromMilliseconds(random.Next(10)));
        }
    }
}
