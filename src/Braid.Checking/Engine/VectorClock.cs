namespace Braid.Checking.Engine;

/// <summary>For each thread, the time up to which the owner knows what that thread has done.</summary>
/// <remarks>Owned by one thread or one resource of a run; accessed only by the controlled thread that runs.</remarks>
internal sealed class VectorClock
{
    private int[] _times = new int[4];

    /// <summary>The number of threads it has room for.</summary>
    public int Length => _times.Length;

    /// <summary>The known time of a thread; 0 if nothing is known of it.</summary>
    public int this[int thread] => thread < _times.Length ? _times[thread] : 0;

    /// <summary>Begins a new time of the owner: clocks joined with this one before do not cover what it does from now on.</summary>
    public void Tick(int thread)
    {
        Ensure(thread);
        _times[thread]++;
    }

    /// <summary>Learns all that the other clock knows.</summary>
    public void Join(VectorClock other)
    {
        int[] theirs = other._times;
        int count = theirs.Length;
        while (count > 0 && theirs[count - 1] == 0)
        {
            count--;
        }

        // Grows no further than needed: otherwise two clocks that learn from each other would take turns doubling.
        if (count > _times.Length)
        {
            Array.Resize(ref _times, count);
        }

        for (int i = 0; i < count; i++)
        {
            if (theirs[i] > _times[i])
            {
                _times[i] = theirs[i];
            }
        }
    }

    /// <summary>Learns one time of one thread.</summary>
    public void Join(int thread, int time)
    {
        Ensure(thread);
        _times[thread] = Math.Max(_times[thread], time);
    }

    /// <summary>The first thread of which this clock knows a later time than the other one; -1 if there is none.</summary>
    public int FindUnknownTo(VectorClock other)
    {
        for (int i = 0; i < _times.Length; i++)
        {
            if (_times[i] > other[i])
            {
                return i;
            }
        }

        return -1;
    }

    private void Ensure(int thread)
    {
        if (thread >= _times.Length)
        {
            Array.Resize(ref _times, Math.Max(thread + 1, 2 * _times.Length));
        }
    }
}
