using System.Diagnostics;
using System.Runtime.CompilerServices;
using Braid.Multiprocessing;
using Braid.Waiting;

namespace Braid.Python;

/// <summary>The clients of a server, and their ends.</summary>
/// <remarks>
/// <para>
/// CPython's protocol has no session: a client opens a connection for each request to the server itself (a new object, a reference more or
/// less) and one for each of its threads that calls methods, and a client that is killed has told the server nothing. Over a Unix socket
/// the system says which process has connected, and reports its end, whether it had a connection open or not. So references belong to the
/// process, and so do its locks: in Python a thread may release what another has acquired, and may end before.
/// </para>
/// <para>
/// Over TCP nothing tells one process from another. References there belong to the host, and go when no connection of it has been open for
/// <see cref="ManagerServerOptions.ForgetAfter"/>; locks belong to the connection.
/// </para>
/// </remarks>
internal sealed class Sessions(TimeSpan forgetAfter, Action<Session> onEnd) : IDisposable
{
    private const int NoPid = 0;

    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly Dictionary<int, Session> _processes = [];      // guarded by _gate
    private readonly Dictionary<string, Session> _hosts = [];       // guarded by _gate; by their names
    private readonly CancellationTokenSource _closing = new();

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            using Threading.Scope scope = _gate.EnterScope();
            return _processes.Count + _hosts.Count;
        }
    }

    /// <summary>The client at the other end of a connection. Call <see cref="Leave"/> at the end of the connection.</summary>
    public Session Enter(Connection connection, Address? peer)
    {
        var transport = (SocketTransport)connection.Transport;
        int pid = peer is null ? transport.PeerPid : NoPid;
        Session? dead = null;
        Session session;
        using (_gate.EnterScope())
        {
            session = (pid == NoPid ? null : OfProcessUnderGate(transport, pid, out dead))
                ?? OfHostUnderGate($"host {peer?.Host ?? "unknown"}");
            session.ConnectionCount++;
        }

        if (dead is not null)
        {
            End(dead);
        }

        return session;
    }

    /// <summary>A connection of the client has ended.</summary>
    public void Leave(Session session)
    {
        using (_gate.EnterScope())
        {
            session.AbsentSince = Stopwatch.GetTimestamp();
            if (--session.ConnectionCount > 0 || session.Held is not null || session.IsBeingForgotten
                || forgetAfter == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            session.IsBeingForgotten = true;
        }

        _ = ForgetAsync(session).AsTask();   // it catches what may go wrong
    }

    /// <summary>Forgets all of them, without reporting their ends.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        Session[] all;
        using (_gate.EnterScope())
        {
            all = [.. _processes.Values, .. _hosts.Values];
            _processes.Clear();
            _hosts.Clear();
        }

        Array.ForEach(all, static session => session.Close());
        _closing.Dispose();
    }

    /// <param name="transport">A connection of the process.</param>
    /// <param name="pid">Its number.</param>
    /// <param name="dead">The session of an earlier process of that number, to be ended.</param>
    /// <returns>Null if the process has ended, or cannot be watched.</returns>
    private Session? OfProcessUnderGate(SocketTransport transport, int pid, out Session? dead)
    {
        dead = null;
        if (_processes.TryGetValue(pid, out Session? session) && session.IsDead)
        {
            (dead, session) = (session, null);
            _processes.Remove(pid);
        }

        if (session is null && transport.OpenPeer(pid) is { } process)
        {
            _processes[pid] = session = new Session($"process {pid}", pid, process);
            _ = WatchAsync(session).AsTask();   // it catches what may go wrong
        }

        return session;
    }

    private Session OfHostUnderGate(string name)
    {
        if (!_hosts.TryGetValue(name, out Session? session))
        {
            _hosts[name] = session = new Session(name, NoPid, process: null);
        }

        return session;
    }

    /// <summary>Ends the session with its process.</summary>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    private async ValueTask WatchAsync(Session session)
    {
        try
        {
            await session.WhenDeadAsync().ConfigureAwait(false);
            await CallbackThreads.Switch();                  // from the thread that serves all sockets
            bool isKnown;
            using (_gate.EnterScope())
            {
                isKnown = _processes.TryGetValue(session.Pid, out Session? known) && known == session;
                if (isKnown)
                {
                    _processes.Remove(session.Pid);
                }
            }

            if (isKnown)
            {
                End(session);
            }
        }
        catch (ObjectDisposedException)
        {
            // the server was closed, or another process has the number
        }
        catch (Exception exception)
        {
            ServiceThread.Report(nameof(ManagerServer), exception);   // what it holds stays until the server is closed
        }
    }

    /// <summary>Ends the session of a host that has had no connection for long enough.</summary>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    private async ValueTask ForgetAsync(Session session)
    {
        try
        {
            while (LeftUntilForgotten(session) is { } left)
            {
                if (left <= TimeSpan.Zero)
                {
                    await CallbackThreads.Switch();
                    End(session);
                    return;
                }

                await Pause.ForAsync(this, left, _closing.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // the server was closed
        }
        catch (Exception exception)
        {
            ServiceThread.Report(nameof(ManagerServer), exception);
        }
    }

    /// <summary>How long a host that has no connection is still remembered; if no longer, it is removed.</summary>
    /// <returns>Null if it has a connection, at whose end the wait begins anew.</returns>
    private TimeSpan? LeftUntilForgotten(Session session)
    {
        using Threading.Scope scope = _gate.EnterScope();
        if (session.ConnectionCount > 0)
        {
            session.IsBeingForgotten = false;
            return null;
        }

        TimeSpan left = forgetAfter - Stopwatch.GetElapsedTime(session.AbsentSince);
        if (left <= TimeSpan.Zero)
        {
            _hosts.Remove(session.Name);
        }

        return left;
    }

    private void End(Session session)
    {
        session.Close();
        session.Held?.End();
        onEnd(session);
    }
}
