using System.Runtime.InteropServices;

namespace Braid.Waiting;

/// <summary>
/// All living objects of a kind, for observers such as the wait graph. An object is registered once and is not kept alive by it.
/// </summary>
/// <remarks>
/// Entries of dead objects are removed when there are twice as many entries as were alive at the last check, and with each full collection.
/// </remarks>
internal sealed class WeakRegistry<T>
    where T : class
{
    private const int Few = 64;

    private readonly Gate _gate = new();
    private readonly List<WeakReference<T>> _members = [];   // guarded by _gate
    private int _pruneAt = Few;                              // guarded by _gate

    public WeakRegistry() => _ = new Collected(this);

    /// <summary>How many objects it has memory for.</summary>
    internal int Capacity
    {
        get
        {
            using Gate.Scope held = _gate.Enter();
            return _members.Capacity;
        }
    }

    public void Add(T member)
    {
        using Gate.Scope held = _gate.Enter();
        if (_members.Count >= _pruneAt)
        {
            PruneUnderGate();
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

    private void PruneUnderGate()
    {
        _members.RemoveAll(static reference => !reference.TryGetTarget(out _));
        _pruneAt = Math.Max(Few, 2 * _members.Count);
        if (_members.Capacity > 2 * _pruneAt)
        {
            _members.Capacity = _pruneAt;
        }
    }

    /// <summary>
    /// Unreachable, so a collection finds it; it ages, so soon only full collections do. It lives as long as its registry.
    /// </summary>
    private sealed class Collected(WeakRegistry<T> registry)
    {
        private readonly GCHandle _registry = GCHandle.Alloc(registry, GCHandleType.Weak);   // a WeakReference may be finalized before this

        ~Collected()
        {
            if (_registry.Target is not WeakRegistry<T> registry)
            {
                _registry.Free();
                return;
            }

            using (registry._gate.Enter())
            {
                registry.PruneUnderGate();
            }

            GC.ReRegisterForFinalize(this);
        }
    }
}
