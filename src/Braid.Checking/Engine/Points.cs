namespace Braid.Checking.Engine;

/// <summary>
/// The scheduling points besides synchronization: the sites of races, and operations whose order some run has made visible.
/// </summary>
/// <remarks>
/// The set only grows from run to run, and does not change within one, so that a schedule means the same when it is run again.
/// </remarks>
internal sealed class Points
{
    private bool[] _racy = [];

    /// <summary>The check before a wait whether its object is disposed: a point once a run has disposed of one.</summary>
    public static int OfDisposal { get; } = Memory.Sites.PointOf("the look whether an object is disposed");

    /// <summary>The check before a wait whether its token is cancelled: a point once a run has cancelled one.</summary>
    public static int OfCancellation { get; } = Memory.Sites.PointOf("the look whether a token is cancelled");

    /// <summary>
    /// The release of a permit while none is free: a point once a run has used the result of such a call, or found a semaphore full.
    /// </summary>
    public static int OfGiving { get; } = Memory.Sites.PointOf("the giving of a permit");

    /// <summary>The start of a thread: a point once a run has checked whether one is started.</summary>
    public static int OfStart { get; } = Memory.Sites.PointOf("the start of a thread");

    /// <summary>
    /// The beginning of a scenario's call: a point once a run has made a call without a step that other threads can notice.
    /// </summary>
    public static int OfCall { get; } = Memory.Sites.PointOf("the beginning of a call");

    /// <summary>
    /// Whether each release is a point: once a run has made an attempt to acquire, its outcome can show that a release is still to come.
    /// </summary>
    public bool Releases { get; set; }

    /// <summary>The number of points, without <see cref="Releases"/>.</summary>
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

    /// <summary>Adds the points of another set.</summary>
    /// <returns>Whether any of them was new.</returns>
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

    /// <summary>Whether it has a point that the other set lacks.</summary>
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
