using System.Globalization;
using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>Two numbers in shared memory that are equal whenever nobody is inside the lock that guards them, and tell how often it was passed.</summary>
/// <param name="name">What the lock is called in messages.</param>
internal sealed class GuardedPair(string name) : IDisposable
{
    private const int First = 0;
    private const int Second = 1;
    private const int Ends = 2;
    private const int Mends = 3;

    private readonly RawArray<long> _cells = new(4);   // written by who holds the lock

    public string Name => name;

    public long Passed => Volatile.Read(ref _cells[First]);

    public long Mended => Volatile.Read(ref _cells[Mends]);

    /// <summary>Goes through the lock, and changes both numbers, one after the other. When the lock's last holder has died, mends the pair first.</summary>
    /// <param name="mutex">The lock.</param>
    /// <param name="acquire">Gets the lock, or returns false.</param>
    /// <param name="random">How long to stay.</param>
    /// <param name="inside">What else to do inside; the pair is equal then, and may be changed by others if that lets go of the lock.</param>
    /// <param name="lingers">Whether to stay inside for some time.</param>
    /// <returns>Whether the lock was got.</returns>
    public bool PassThrough(Threading.ILock mutex, Func<bool> acquire, Random random, Action? inside = null, bool lingers = true)
    {
        if (!Enter(acquire))
        {
            return false;
        }

        Check();
        Volatile.Write(ref _cells[First], _cells[First] + 1);
        Thread.SpinWait(lingers ? random.Next(200) : 0);
        if (lingers && random.Next(8) == 0)
        {
            Thread.Sleep(random.Next(3));
        }

        Volatile.Write(ref _cells[Second], _cells[Second] + 1);
        Volatile.Write(ref _cells[Ends], _cells[Ends] + 1);
        if (inside is not null)
        {
            Mending(inside);
            Check();
        }

        mutex.Release();
        return true;
    }

    /// <summary>At the end: it is usable, equal, and nobody's change was lost but the last one of who died.</summary>
    public void CheckAtTheEnd(StressRun run, Threading.ILock mutex, int deaths)
    {
        bool isGot = Enter(() => mutex.TryAcquire(run.Patience));
        run.Check(isGot, $"{name} cannot be acquired although all its users are gone: {mutex}");
        if (isGot)
        {
            Check();
            mutex.Release();
            run.Check(!mutex.Locked, $"{name} stays locked: {mutex}");
            long ends = _cells[Ends];
            run.Check(Passed >= ends && Passed <= ends + deaths, string.Create(CultureInfo.InvariantCulture, $"{name} was passed {ends} times, at most {deaths} more died inside, but {Passed} are counted: updates were lost, or two were inside"));
        }
    }

    public void Dispose() => _cells.Dispose();

    private bool Enter(Func<bool> acquire)
    {
        bool isGot = true;
        Mending(() => isGot = acquire());
        return isGot;
    }

    private void Mending(Action action)
    {
        try
        {
            action();
        }
        catch (AbandonedLockException)
        {
            Volatile.Write(ref _cells[Second], _cells[First]);
            Volatile.Write(ref _cells[Mends], _cells[Mends] + 1);
        }
    }

    private void Check()
    {
        (long first, long second) = (_cells[First], _cells[Second]);
        if (first != second)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{name} was got, but what it guards is half changed: {first} and {second}. Nobody said that its last holder had died."));
        }
    }
}
