namespace Braid.Threading;

/// <summary>The threads that <see cref="Thread.Enumerate"/> lists.</summary>
internal sealed class AliveThreads
{
    private readonly Gate _gate = new();
    private readonly HashSet<Thread> _started = [];                     // guarded by _gate
    // guarded by _gate; weak, because the end of such a thread is not reported
    private readonly List<WeakReference<Thread>> _adopted = [];

    public void Add(Thread thread)
    {
        using Gate.Scope held = _gate.Enter();
        _started.Add(thread);
    }

    public void Remove(Thread thread)
    {
        using Gate.Scope held = _gate.Enter();
        _started.Remove(thread);
        if (Burst.IsOver(_started.Count, _started.Capacity))
        {
            Burst.GiveBack(_started, static started => started.TrimExcess(started.Capacity / 2));
        }
    }

    public void Adopt(Thread thread)
    {
        using Gate.Scope held = _gate.Enter();
        _adopted.RemoveAll(static reference => !(reference.TryGetTarget(out Thread? adopted) && adopted.IsAlive));
        _adopted.Add(new WeakReference<Thread>(thread));
    }

    public IReadOnlyList<Thread> Snapshot()
    {
        var alive = new List<Thread> { Thread.Main };
        using Gate.Scope held = _gate.Enter();
        alive.AddRange(_started);
        foreach (WeakReference<Thread> reference in _adopted)
        {
            if (reference.TryGetTarget(out Thread? thread) && thread.IsAlive)
            {
                alive.Add(thread);
            }
        }

        return alive;
    }
}
