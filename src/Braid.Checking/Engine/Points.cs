namespace Braid.Checking.Engine;

/// <summary>Which code places are scheduling points besides synchronisation: those where a race was seen.</summary>
/// <remarks>It only grows from run to run, and does not change within one, so that a schedule means the same when it is run again.</remarks>
internal sealed class Points
{
    private bool[] _racy = [];

    /// <summary>The look of a wait, before it begins, whether its object is disposed: a point once a run has disposed of one.</summary>
    public static int OfDisposal { get; } = Memory.Sites.PointOf("the look whether an object is disposed");

    /// <summary>The look of a wait, before it begins, whether its token is cancelled: a point once a run has cancelled one.</summary>
    public static int OfCancellation { get; } = Memory.Sites.PointOf("the look whether a token is cancelled");

    /// <summary>To give a permit, though nobody could take one otherwise: a point once a run has used what such a call returns, or found a semaphore full.</summary>
    public static int OfGiving { get; } = Memory.Sites.PointOf("the giving of a permit");

    /// <summary>To start a thread: a point once a run has looked whether one is started.</summary>
    public static int OfStart { get; } = Memory.Sites.PointOf("the start of a thread");

    /// <summary>The beginning of a scenario's call: a point once a run has made a call without any step that others can notice.</summary>
    public static int OfCall { get; } = Memory.Sites.PointOf("the beginning of a call");

    /// <summary>Giving back a lock or a permit is a point too: somebody only tries to take it, and can see the moment before.</summary>
    public bool Releases { get; set; }

    /// <summary>How many memory points there are.</summary>
    public int Count { get; private set; }

    /// <summary>The points, as numbers of <see cref="Memory.Sites"/>.</summary>
    public IEnumerable<int> All
    {
        get
        {
            for (int i = 0; i < _racy.Length; i++)
            {
                if (_racy[i])
                {
                    yield return i;
                }
            }
        }
    }

    public bool Contains(int point) => (uint)point < (uint)_racy.Length && _racy[point];

    public bool Add(int point)
    {
        if (point >= _racy.Length)
        {
            Array.Resize(ref _racy, Math.Max(point + 1, 2 * _racy.Length));
        }

        if (_racy[point])
        {
            return false;
        }

        _racy[point] = true;
        Count++;
        return true;
    }

    /// <summary>Takes over what another set has.</summary>
    /// <returns>Whether something was new.</returns>
    public bool Add(Points other)
    {
        bool grown = other.Releases && !Releases;
        Releases |= other.Releases;
        if (other.Count > 0)
        {
            foreach (int point in other.All)
            {
                grown |= Add(point);
            }
        }

        return grown;
    }

    /// <summary>Whether it has anything that the other has not.</summary>
    public bool HasMoreThan(Points other) => (Releases && !other.Releases) || (Count > 0 && All.Any(point => !other.Contains(point)));

    public void Clear()
    {
        if (Count > 0)
        {
            Array.Clear(_racy);
        }

        Count = 0;
        Releases = false;
    }

    public Points Copy()
    {
        var copy = new Points();
        copy.Add(this);
        return copy;
    }
}
