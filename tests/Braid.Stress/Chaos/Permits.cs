using System.Globalization;
using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>A semaphore of processes, and who is inside it: more living ones than it has permits is an error.</summary>
internal sealed class Permits(string name, Multiprocessing.Semaphore semaphore, int count, int parties) : IDisposable
{
    private readonly RawArray<long> _inside = new(parties);   // each by its party: its process in the high half, a number of the stay in the low one; 0: not inside

    public bool PassThrough(int party, uint stay, Random random)
    {
        if (!semaphore.TryAcquire(TimeSpan.FromMilliseconds(random.Next(20))))
        {
            return false;
        }

        Volatile.Write(ref _inside[party], ((long)Environment.ProcessId << 32) | stay);
        CheckInside();
        Thread.SpinWait(random.Next(200));
        if (random.Next(8) == 0)
        {
            Thread.Sleep(random.Next(4));
        }

        Volatile.Write(ref _inside[party], 0);
        semaphore.Release();
        return true;
    }

    /// <summary>Takes a permit, if there is one, and gives it back at once.</summary>
    public void Touch()
    {
        if (semaphore.TryAcquire())
        {
            semaphore.Release();
        }
    }

    /// <summary>At the end, when all its users are gone: all permits are there, and no more.</summary>
    public void CheckAtTheEnd(StressRun run)
    {
        int got = Enumerable.Range(0, count).TakeWhile(_ => semaphore.TryAcquire(run.Patience)).Count();
        run.Check(got == count, $"{name}: of {count} permits only {got} are there, although all users are gone: {semaphore}");
        run.Check(!semaphore.TryAcquire(), $"{name}: there is a permit more than the {count} at the beginning: {semaphore}");
        semaphore.Release(got);
        run.Check(semaphore.Value == count, $"{name}: {count} permits at the beginning, {semaphore.Value} at the end");
    }

    public void Dispose()
    {
        _inside.Dispose();
        semaphore.Close();
    }

    /// <summary>Those who are the same before and after, and live even then, were inside together.</summary>
    private void CheckInside()
    {
        Interlocked.MemoryBarrier();
        long[] before = [.. _inside];
        if (before.Count(stay => stay != 0) <= count)
        {
            return;
        }

        Interlocked.MemoryBarrier();
        long[] after = [.. _inside];
        long[] together = [.. before.Intersect(after).Where(stay => stay != 0 && Kin.Runs((int)(stay >> 32)))];
        if (together.Length > count)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{together.Length} were inside {name}, which has {count} permits: the processes {string.Join(", ", together.Select(stay => stay >> 32))}"));
        }
    }
}
