using Braid.Multiprocessing;

namespace Braid.Python;

/// <summary>
/// The connections over which a lock was acquired: a server lets a lock belong to its connection, so that one is used until the lock is
/// released, and by no other call.
/// </summary>
/// <param name="belongsToThread">Whether only the thread that has acquired it may release it, as with an RLock.</param>
internal sealed class HeldConnections(bool belongsToThread)
{
    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly List<(Connection Connection, int Thread, int Count)> _held = [];   // guarded by _gate

    /// <summary>The connection over which a call of this thread goes; null for any.</summary>
    public Connection? OfThread()
    {
        using Threading.Scope scope = _gate.EnterScope();
        return belongsToThread ? _held.Find(static one => one.Thread == Environment.CurrentManagedThreadId).Connection : null;
    }

    /// <summary>Notes an acquisition over a connection.</summary>
    public void Add(Connection connection)
    {
        using Threading.Scope scope = _gate.EnterScope();
        int at = _held.FindIndex(one => one.Connection == connection);
        if (at < 0)
        {
            _held.Add((connection, Environment.CurrentManagedThreadId, 1));
        }
        else
        {
            _held[at] = _held[at] with { Count = _held[at].Count + 1 };
        }
    }

    /// <summary>Takes the connection for a release: the thread's own, or else the one that was added last; null if there is none.</summary>
    public Connection? Take()
    {
        using Threading.Scope scope = _gate.EnterScope();
        int at = belongsToThread ? _held.FindIndex(static one => one.Thread == Environment.CurrentManagedThreadId) : _held.Count - 1;
        if (at < 0)
        {
            return null;
        }

        Connection connection = _held[at].Connection;
        if (_held[at].Count > 1)
        {
            _held[at] = _held[at] with { Count = _held[at].Count - 1 };
        }
        else
        {
            _held.RemoveAt(at);
        }

        return connection;
    }

    /// <summary>Whether the lock is still held over the connection.</summary>
    public bool Has(Connection connection)
    {
        using Threading.Scope scope = _gate.EnterScope();
        return _held.Exists(one => one.Connection == connection);
    }
}
