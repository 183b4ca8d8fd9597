namespace Braid.Python;

/// <summary>What a holder has acquired and must not keep beyond its end: a lock, or permits of a semaphore.</summary>
internal interface IHeld
{
    /// <summary>The holder has ended: releases what it holds.</summary>
    void Abandon(Holdings holder);
}

/// <summary>
/// A holder of locks: a process of which the system reports the end, or else a connection. At its end its locks are released.
/// </summary>
/// <param name="name">Its name, for reports.</param>
internal sealed class Holdings(string name)
{
    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();   // entered inside the gate of what is held, never around it
    private readonly HashSet<IHeld> _held = [];                         // guarded by _gate
    private bool _hasEnded;                                             // guarded by _gate; set once

    /// <summary>Notes that the holder has something of it.</summary>
    /// <returns>False if the holder has ended: the caller gives it back at once.</returns>
    public bool TryAdd(IHeld held)
    {
        using Threading.Scope scope = _gate.EnterScope();
        if (!_hasEnded)
        {
            _held.Add(held);
        }

        return !_hasEnded;
    }

    /// <summary>Notes that the holder has nothing of it any more.</summary>
    public void Remove(IHeld held)
    {
        using Threading.Scope scope = _gate.EnterScope();
        _held.Remove(held);
    }

    /// <summary>The holder has ended.</summary>
    public void End()
    {
        IHeld[] held;
        using (_gate.EnterScope())
        {
            _hasEnded = true;
            held = [.. _held];
            _held.Clear();
        }

        Array.ForEach(held, one => one.Abandon(this));
    }

    /// <summary>Who it is.</summary>
    public override string ToString() => name;
}
