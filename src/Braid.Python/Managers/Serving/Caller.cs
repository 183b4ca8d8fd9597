using System.Runtime.CompilerServices;
using Braid.Multiprocessing;
using Braid.Waiting;

namespace Braid.Python;

/// <summary>
/// A thread of a client that calls methods: one connection, served by one thread here, which holds the re-entrant locks that it acquires.
/// </summary>
internal sealed class Caller(Connection connection, Session session)
{
    private readonly Holdings _own = new($"a connection of {session}");
    private readonly Dictionary<object, (int Count, Action Release, Referent Referent)> _reentrant =
        new(ReferenceEqualityComparer.Instance);
    private readonly List<Referent> _sent = [];            // kept until the next request: by then the client has its own references

    public Session Session => session;

    /// <summary>Who holds the locks that it acquires: its process, or else its connection.</summary>
    public Holdings Holder => session.Held ?? _own;

    /// <summary>Notes that a proxy of the object is in the reply that is being written.</summary>
    public void NoteSent(Referent referent) => _sent.Add(referent);

    /// <summary>The client has received the last reply.</summary>
    public void ForgetSent() => _sent.Clear();

    /// <summary>Waits for something for the client's sake: ends the wait if the client goes.</summary>
    /// <exception cref="CallerGoneException">The client has gone.</exception>
    public T WhilePresent<T>(Func<CancellationToken, T> wait)
    {
        var gone = new CancellationTokenSource();           // neither has a timer, so neither needs disposing, which would race Cancel
        var done = new CancellationTokenSource();
        _ = Watch(gone, done.Token).AsTask();               // it catches what may go wrong
        try
        {
            return wait(gone.Token);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            throw new CallerGoneException();
        }
        finally
        {
            done.Cancel();
        }
    }

    /// <summary>Notes that the thread of the connection has acquired a lock once more, which only it can release.</summary>
    public void AddReentrant(object held, Action release, Referent referent) =>
        _reentrant[held] = (_reentrant.GetValueOrDefault(held).Count + 1, release, referent);

    /// <summary>Notes that it has released it once.</summary>
    public void RemoveReentrant(object held)
    {
        if (_reentrant.TryGetValue(held, out var all) && all.Count > 1)
        {
            _reentrant[held] = all with { Count = all.Count - 1 };
        }
        else
        {
            _reentrant.Remove(held);
        }
    }

    /// <summary>The connection has ended: releases what it holds. On its thread.</summary>
    /// <param name="onAbandoned">Called with each lock that it held.</param>
    public void End(Action<Referent> onAbandoned)
    {
        foreach ((int count, Action release, Referent referent) in _reentrant.Values)
        {
            try
            {
                for (int i = 0; i < count; i++)
                {
                    release();
                }

                onAbandoned(referent);
            }
            catch (SynchronizationLockException)
            {
                // the program has released it on another way; the other locks are still to be released
            }
        }

        _reentrant.Clear();
        _own.End();
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    private async ValueTask Watch(CancellationTokenSource gone, CancellationToken done)
    {
        try
        {
            if (await ((SocketTransport)connection.Transport).EndsAsync(done).ConfigureAwait(false))
            {
                CallbackThreads.Run(gone.Cancel);            // its callbacks may be the program's
            }
        }
        catch (OperationCanceledException)
        {
            // the wait has ended first
        }
        catch (Exception exception)
        {
            ServiceThread.Report(nameof(ManagerServer), exception);   // the system does not watch: the wait goes on without
        }
    }
}

/// <summary>The client has gone while the server waited for its sake. There is no one to reply to.</summary>
internal sealed class CallerGoneException : Exception;
