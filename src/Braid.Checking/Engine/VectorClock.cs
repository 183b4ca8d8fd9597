namespace Braid.Checking.Engine;

/// <summary>For each thread, up to which of its own times somebody knows what it has done.</summary>
/// <remarks>Owned by one thread or one resource of a run; only the running thread touches it.</remarks>
internal sealed class VectorClock
{
    private int[] _times = new int[4];

    /// <summary>For how many threads it has room.</summary>
    public int Length => _times.Length;

    /// <summary>The time known of a thread, 0 if nothing is known.</summary>
    public int this[int thread] => thread < _times.Length ? _times[thread] : 0;

    /// <summary>One of the owner's times has ended; what it does from now on is not known to those who joined before.</summary>
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

        // To what is needed and no more: two clocks that learn from each other would else take turns in doubling.
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

    /// <summary>The first thread of which this clock knows more than the other one, or -1.</summary>
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
