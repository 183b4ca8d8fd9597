using System.Net;

namespace Braid.Multiprocessing;

public sealed partial class Listener
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly LinkedList<SocketTransport> _strangers = [];   // guarded by _gate: the handshakes that run, oldest first
    private bool _isAccepting;                                      // guarded by _gate: whether AcceptAll runs
    private long _refused;                                          // by Interlocked
    private Exception? _lastRefusal;                                // by any handshake that ends, by Volatile

    /// <summary>How many callers wait for a peer.</summary>
    internal int AcceptorCount => _accepted.GetterCount;

    /// <summary>Has the next peers taken from the system, unless enough wait to be accepted.</summary>
    private void StartAccepting()
    {
        using (_gate.EnterScope())
        {
            if (_isAccepting || HasEnough())
            {
                return;
            }

            _isAccepting = true;
        }

        _ = AcceptAll().AsTask();   // it catches what may go wrong
    }

    private bool HasEnough() => _accepted.Qsize >= _options.Backlog;

    /// <summary>
    /// Takes peers from the system, and begins their handshakes. Ends when the listener is closed, or enough peers wait to be accepted.
    /// </summary>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    private async ValueTask AcceptAll()
    {
        SocketAddress template = _endPoint.Serialize();
        bool pauses = false;
        while (MayAccept())
        {
            try
            {
                if (pauses)
                {
                    pauses = false;
                    await Pause.ForAsync(this, s_pause, CancellationToken.None).ConfigureAwait(false);
                }

                SocketHandle? socket = SocketCalls.Accept(_socket, template, out SocketAddress address, out int error);
                if (socket is not null)
                {
                    Begin(socket, _endPoint is IPEndPoint ? Address.Of(_endPoint.Create(address)) : null);
                }
                else if (error == Errno.TryAgain)
                {
                    await _watch.WaitToReceiveAsync(Timeout.InfiniteTimeSpan, CancellationToken.None).ConfigureAwait(false);
                }
                else if (error is not (Errno.ConnectionAborted or Errno.Interrupted))
                {
                    pauses = !TurnAwayOldest();   // no descriptor, or no memory, for another socket; a handshake that ends makes room
                }
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception exception)
            {
                ServiceThread.Report(nameof(Listener), exception);
                pauses = true;   // the system refuses to watch the socket, or a thread; later it may not
            }
        }
    }

    /// <summary>Whether to take another peer. If not, the next call of <see cref="StartAccepting"/> begins anew.</summary>
    private bool MayAccept()
    {
        using Threading.Scope held = _gate.EnterScope();
        return _isAccepting = !HasEnough();
    }

    private void Begin(SocketHandle socket, Address? address)
    {
        if (address is not null)
        {
            SocketCalls.SendWithoutDelay(socket);
            SocketCalls.KeepAlive(socket);
        }

        var transport = new SocketTransport(socket, Handshake.LongestMessage) { IsTcp = address is not null };
        while (StrangerCount >= _options.MaxUnauthenticated && TurnAwayOldest())
        {
        }

        LinkedListNode<SocketTransport> place;
        using (_gate.EnterScope())
        {
            place = _strangers.AddLast(transport);
        }

        _ = Authenticate(transport, place, address).AsTask();   // it catches what may go wrong
    }

    /// <summary>How many handshakes run.</summary>
    internal int StrangerCount
    {
        get
        {
            using Threading.Scope held = _gate.EnterScope();
            return _strangers.Count;
        }
    }

    /// <summary>Turns away the peer whose handshake has taken longest.</summary>
    /// <returns>False if no handshake runs.</returns>
    private bool TurnAwayOldest()
    {
        SocketTransport oldest;
        using (_gate.EnterScope())
        {
            if (_strangers.First is not { } first)
            {
                return false;
            }

            oldest = first.Value;
            _strangers.Remove(first);
        }

        oldest.Close();   // ends its handshake
        return true;
    }

    /// <summary>Turns away all peers that were not accepted. The queue is shut down.</summary>
    private void TurnAwayAll()
    {
        while (TurnAwayOldest())
        {
        }

        try
        {
            while (_accepted.TryGet(out Peer peer))
            {
                peer.Connection.Close();
            }
        }
        catch (Queues.QueueShutDownException)
        {
            // it is empty
        }
    }

    /// <summary>Carries out the handshake with a peer, and passes it on if it succeeds.</summary>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    private async ValueTask Authenticate(SocketTransport transport, LinkedListNode<SocketTransport> place, Address? address)
    {
        Exception? refusal = null;
        try
        {
            var deadline = Deadline.After(_options.HandshakeTimeout);
            if (_options.Tls is not null)
            {
                await transport.NegotiateAsync(TlsLayer.Server(_options.Tls), deadline, CancellationToken.None).ConfigureAwait(false);
            }

            Handshake handshake = Handshake.OfListener(_key, _options.AllowLegacyPeers);
            await transport.AuthenticateAsync(handshake, deadline, CancellationToken.None).ConfigureAwait(false);
            transport.LongestMessage = _options.MaxMessageBytes;
        }
        catch (Exception exception)
        {
            // Whatever a peer does that does not know the key, or a callback of TLS that refuses it: it is turned away, and counted.
            refusal = exception;
        }

        if (!TryLeave(place))
        {
            refusal = new AuthenticationException(
                "The peer was turned away before its handshake had ended: newer ones took its place (MaxUnauthenticated), or the " +
                "listener was closed.");
        }

        if (refusal is not null)
        {
            Volatile.Write(ref _lastRefusal, refusal);   // before the count: whoever reads the count finds why
            Interlocked.Increment(ref _refused);
            transport.Close();
            return;
        }

        try
        {
            _accepted.Put(new Peer(new Connection(transport), address));
        }
        catch (Queues.QueueShutDownException)
        {
            transport.Close();   // the listener was closed meanwhile
        }
    }

    /// <returns>False if the peer was turned away meanwhile.</returns>
    private bool TryLeave(LinkedListNode<SocketTransport> place)
    {
        using Threading.Scope held = _gate.EnterScope();
        if (place.List is null)
        {
            return false;
        }

        _strangers.Remove(place);
        return true;
    }
}
