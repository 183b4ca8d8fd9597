using Braid.Checking.Engine;

namespace Braid.Checking.Memory;

/// <summary>The last volatile or atomic reads, or writes, of a location: the last one, and the last one by another thread.</summary>
/// <remarks>
/// A plain access races with such an access if its thread does not know it. Two are kept because the last one is often the thread's own.
/// </remarks>
internal sealed class OrderingAccesses
{
    private Epoch _last;
    private Epoch _other;
    private (int Site, int Shown) _lastPlace;
    private (int Site, int Shown) _otherPlace;

    public void Add(Epoch now, (int Site, int Shown) place)
    {
        if (_last.Thread != now.Thread && !_last.IsNone)
        {
            (_other, _otherPlace) = (_last, _lastPlace);
        }

        (_last, _lastPlace) = (now, place);
    }

    /// <param name="clock">The clock of the plain access.</param>
    /// <param name="writes">Whether these accesses are writes.</param>
    public Access FindUnknownTo(VectorClock clock, bool writes) =>
        !_last.HappenedBefore(clock) ? new Access(_last.Thread, _lastPlace.Site, writes, _lastPlace.Shown)
        : !_other.HappenedBefore(clock) ? new Access(_other.Thread, _otherPlace.Site, writes, _otherPlace.Shown)
        : default;
}
