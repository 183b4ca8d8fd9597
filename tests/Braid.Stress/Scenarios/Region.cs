namespace Braid.Stress;

/// <summary>A critical region that notices when more are inside than there are places.</summary>
internal sealed class Region(StressRun run, int places)
{
    private int _inside;        // by Interlocked
    private long _passed;       // by Interlocked
    private long _unguarded;    // by nothing but the lock that is tested, when there is one place

    public long Passed => Volatile.Read(ref _passed);

    public void PassThrough(Random random)
    {
        int inside = Interlocked.Increment(ref _inside);
        run.Check(inside <= places, $"{inside} were inside where {places} may be");
        long seen = _unguarded;
        Thread.SpinWait(random.Next(30));
        if (random.Next(64) == 0)
        {
            Thread.Yield();
        }

        _unguarded = seen + 1;
        Interlocked.Increment(ref _passed);
        Interlocked.Decrement(ref _inside);
    }

    public void CheckEmpty()
    {
        run.Check(_inside == 0, $"{_inside} stayed inside");
        run.Check(places > 1 || _unguarded == _passed, $"{_passed} passed, but {_unguarded} were counted: updates were lost");
    }
}
