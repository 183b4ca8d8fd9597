using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The clock that each free permit carries to the thread that takes it.</summary>
/// <remarks>
/// A permit is ordered after the thread that released it, and not after threads that released others. So two threads that are inside at
/// once because there is one permit too many are unordered, and what they both access is a race, even in a schedule in which the first had
/// left before the second came. The oldest permit is taken first.
/// </remarks>
/// <param name="first">The number of initial permits, which no thread has released.</param>
internal sealed class PermitClocks(int first)
{
    private readonly Queue<VectorClock> _given = new();
    private int _first = first;

    public void TakeBy(ControlledThread thread)
    {
        if (Take() is { } known)
        {
            thread.Clock.Join(known);
        }
    }

    /// <summary>Removes the oldest permit.</summary>
    /// <returns>The clock that it carries; null for an initial permit.</returns>
    public VectorClock? Take()
    {
        if (_first > 0)
        {
            _first--;
            return null;
        }

        return _given.Dequeue();
    }

    public void GiveBy(ControlledThread thread, int permits)
    {
        var known = new VectorClock();
        known.Join(thread.Clock);
        thread.Clock.Tick(thread.Index);
        for (; permits > 0; permits--)
        {
            _given.Enqueue(known);
        }
    }
}
