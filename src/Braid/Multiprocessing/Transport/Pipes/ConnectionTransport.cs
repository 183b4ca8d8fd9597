namespace Braid.Multiprocessing;

/// <summary>What carries the messages of a <see cref="Connection"/>.</summary>
internal abstract class ConnectionTransport
{
    public abstract bool IsReadable { get; }

    public abstract bool IsWritable { get; }

    /// <summary>
    /// Whether only plain data is sent and accepted: the peer is not known to be a process of this program. See
    /// <see cref="PayloadWriter.Source"/>.
    /// </summary>
    public abstract bool IsPlain { get; }

    /// <summary>What to tell a receiver at the end of the stream.</summary>
    public abstract string EndText { get; }

    /// <summary>What to tell a sender to whom no receiver is left.</summary>
    public abstract string BrokenText { get; }

    /// <summary>Sends a message that holds a value.</summary>
    /// <returns>False if no receiver is left.</returns>
    /// <exception cref="ObjectDisposedException">It was closed here.</exception>
    public abstract bool Send(MessageBuffer message, CancellationToken token);

    /// <inheritdoc cref="Send"/>
    public abstract ValueTask<bool> SendAsync(MessageBuffer message, CancellationToken token);

    /// <summary>Sends a message of plain bytes.</summary>
    /// <inheritdoc cref="Send" path="/returns"/>
    /// <inheritdoc cref="Send" path="/exception"/>
    public abstract bool SendBytes(ReadOnlySpan<byte> bytes, CancellationToken token);

    /// <inheritdoc cref="SendBytes"/>
    public abstract ValueTask<bool> SendBytesAsync(ReadOnlyMemory<byte> bytes, CancellationToken token);

    /// <summary>Waits for a message.</summary>
    /// <returns>Done; Ended if there will be none; Wait if the time was up.</returns>
    /// <exception cref="ObjectDisposedException">It was closed here.</exception>
    public abstract RingOutcome Receive(out Message message, TimeSpan timeout, CancellationToken token);

    /// <inheritdoc cref="Receive"/>
    public abstract ValueTask<(RingOutcome Outcome, Message Message)> ReceiveAsync(TimeSpan timeout, CancellationToken token);

    /// <summary>Waits until a message, or the end, can be received; takes nothing.</summary>
    /// <returns>False if the time was up.</returns>
    /// <exception cref="ObjectDisposedException">It was closed here.</exception>
    public abstract bool Poll(TimeSpan timeout, CancellationToken token);

    /// <inheritdoc cref="Poll"/>
    public abstract ValueTask<bool> PollAsync(TimeSpan timeout, CancellationToken token);

    /// <summary>The rule by which <see cref="Poll"/> waits, for a wait for several objects.</summary>
    public abstract ISharedRule NewPoll();

    /// <summary>The memory in which it lies, to be sent to another process.</summary>
    /// <exception cref="PayloadException">It lies in none.</exception>
    public abstract Lease Lend();

    /// <summary>Closes it in this process. Once.</summary>
    public abstract void Close();
}
