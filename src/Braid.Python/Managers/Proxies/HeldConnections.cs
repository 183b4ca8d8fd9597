using Braid.Multiprocessing;

namespace Braid.Python;

/// <summary>
/// Connections over which locks were acquired: a server lets a lock belong to its connection, so that one is used until the lock is
/// released, and by no other call.
/// </summary>
/// <remarks>
/// Where locks belong to threads, a thread has one connection for all that it holds: a condition and its RLock are two objects, and the
/// server must see one thread. If the thread ends while it holds one, the connection is closed, as Python's is, and the server releases it.
/// </remarks>
/// <param name="belongsToThread">Whether only the thread that has acquired a lock may release it.</param>
internal sealed class HeldConnections(bool belongsToThread)
{
    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly List<(Connection Connection, Thread Thread, int Count)> _held = [];   // guarded by _gate

    public bool BelongsToThread => belongsToThread;

    /// <summary>The connection over which a call of this thread goes; null for any.</summary>
    /// <param name="orphaned">The connections of threads that have ended.</param>
    public Connection? OfThread(out IReadOnlyList<Connection> orphaned)
    {
        orphaned = [];
        if (!belongsToThread)
        {
            return null;
        }

        using Threading.Scope scope = _gate.EnterScope();
        if (_held.Exists(static one => !one.Thread.IsAlive))
        {
            orphaned = [.. _held.Where(static one => !one.Thread.IsAlive).Select(static one => one.Connection)];
            _held.RemoveAll(static one => !one.Thread.IsAlive);
        }

        return _held.Find(static one => one.Thread == Thread.CurrentThread).Connection;
    }

    /// <summary>Notes an acquisition over a connection.</summary>
    public void Add(Connection connection)
    {
        using Threading.Scope scope = _gate.EnterScope();
        int at = _held.FindIndex(one => one.Connection == connection);
        if (at < 0)
        {
            _held.Add((connection, Thread.CurrentThread, 1));
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
        int at = belongsToThread ? _held.FindIndex(static one => one.Thread == Thread.CurrentThread) : _held.Count - 1;
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

    /// <summary>The connection is closed: nothing is held over it any more.</summary>
    public void Forget(Connection connection)
    {
        using Threading.Scope scope = _gate.EnterScope();
        _held.RemoveAll(one => one.Connection == connection);
    }

    /// <summary>Whether a lock is still held over the connection.</summary>
    public bool Has(Connection connection)
    {
        using Threading.Scope scope = _gate.EnterScope();
        return _held.Exists(one => one.Connection == connection);
    }
}
