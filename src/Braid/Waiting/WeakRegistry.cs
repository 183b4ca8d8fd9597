namespace Braid.Waiting;

/// <summary>All living objects of a kind, for those who look at them from outside. An object enters once and is never kept alive by it.</summary>
internal sealed class WeakRegistry<T>
    where T : class
{
    private readonly Gate _gate = new();
    private readonly List<WeakReference<T>> _members = [];   // guarded by _gate
    private int _pruneAt = 64;                               // guarded by _gate

    public void Add(T member)
    {
        using Gate.Scope held = _gate.Enter();
        if (_members.Count >= _pruneAt)
        {
            _members.RemoveAll(static reference => !reference.TryGetTarget(out _));
            _pruneAt = Math.Max(64, 2 * _members.Count);
        }

        _members.Add(new WeakReference<T>(member));
    }

    public List<T> Snapshot()
    {
        using Gate.Scope held = _gate.Enter();
        var living = new List<T>(_members.Count);
        foreach (WeakReference<T> reference in _members)
        {
            if (reference.TryGetTarget(out T? member))
            {
                living.Add(member);
            }
        }

        return living;
    }
}
