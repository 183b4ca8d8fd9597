namespace Braid.Multiprocessing;

/// <summary>The medium of a connection's messages.</summary>
internal abstract class ConnectionTransport
{
    public abstract bool IsReadable { get; }

    public abstract bool IsWritable { get; }

    /// <summary>Sends a message, waiting while too much is unread.</summary>
    /// <returns>False when no reader is left.</returns>
    /// <exception cref="ObjectDisposedException">It was closed here.</exception>
    public abstract bool Send(MessageBuffer message, CancellationToken token);

    /// <inheritdoc cref="Send"/>
    public abstract ValueTask<bool> SendAsync(MessageBuffer message, CancellationToken token);

    /// <summary>Waits for a message.</summary>
    /// <returns>Done; Ended when there will be none; Wait when the time was up.</returns>
    /// <exception cref="ObjectDisposedException">It was closed here.</exception>
    public abstract RingOutcome Receive(out Message message, TimeSpan timeout, CancellationToken token);

    /// <inheritdoc cref="Receive"/>
    public abstract ValueTask<(RingOutcome Outcome, Message Message)> ReceiveAsync(TimeSpan timeout, CancellationToken token);

    /// <summary>Waits until a message, or the end, is there; takes nothing.</summary>
    /// <returns>False when the time was up.</returns>
    /// <exception cref="ObjectDisposedException">It was closed here.</exception>
    public abstract bool Poll(TimeSpan timeout, CancellationToken token);

    /// <inheritdoc cref="Poll"/>
    public abstract ValueTask<bool> PollAsync(TimeSpan timeout, CancellationToken token);

    /// <summary>The rule by which <see cref="Poll"/> waits.</summary>
    public abstract ISharedRule NewPoll();

    /// <summary>Gives it up in this process. Once.</summary>
    public abstract void Close();
}
