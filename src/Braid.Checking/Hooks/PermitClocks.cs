using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>What each free permit brings to whoever takes it.</summary>
/// <remarks>
/// A permit is ordered after the one who gave it and not after those who gave others. So two threads that are inside at once because there is one permit too many
/// are unordered, and what they both touch is a race, also in a schedule in which the first had left before the second came. The oldest permit is taken first.
/// </remarks>
/// <param name="first">Permits that nobody has given.</param>
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

    /// <summary>The oldest permit goes.</summary>
    /// <returns>What it brings; null if nobody has given it.</returns>
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
