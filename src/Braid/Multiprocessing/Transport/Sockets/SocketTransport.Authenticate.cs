namespace Braid.Multiprocessing;

internal sealed partial class SocketTransport
{
    /// <summary>Carries out a handshake.</summary>
    /// <param name="handshake">This side's part of it.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="AuthenticationException">One side has not proved itself, or the peer does not speak the protocol.</exception>
    /// <exception cref="IOException">The connection failed.</exception>
    /// <exception cref="TimeoutException">The time was up.</exception>
    public void Authenticate(Handshake handshake, Deadline deadline, CancellationToken token)
    {
        while (true)
        {
            bool isSent = handshake.Reply is not { } reply || SendBytes(reply, deadline, token);
            if (IsOver(handshake, isSent))
            {
                return;
            }

            RingOutcome outcome;
            Message message;
            try
            {
                outcome = Receive(out message, deadline.Left, token);
            }
            catch (InvalidDataException exception)
            {
                throw NoHandshake(exception);
            }

            Take(handshake, outcome, message);
        }
    }

    /// <inheritdoc cref="Authenticate"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask AuthenticateAsync(Handshake handshake, Deadline deadline, CancellationToken token)
    {
        while (true)
        {
            bool isSent = handshake.Reply is not { } reply || await SendBytesAsync(reply, deadline, token).ConfigureAwait(false);
            if (IsOver(handshake, isSent))
            {
                return;
            }

            RingOutcome outcome;
            Message message;
            try
            {
                (outcome, message) = await ReceiveAsync(deadline.Left, token).ConfigureAwait(false);
            }
            catch (InvalidDataException exception)
            {
                throw NoHandshake(exception);
            }

            Take(handshake, outcome, message);
        }
    }

    private static bool IsOver(Handshake handshake, bool isSent) =>
        handshake.Failure is { } failure ? throw failure : !isSent ? throw Gone() : handshake.IsComplete;

    private static void Take(Handshake handshake, RingOutcome outcome, Message message)
    {
        using (message)
        {
            if (outcome == RingOutcome.Wait)
            {
                throw new TimeoutException(
                    "The handshake did not end in time: the peer sends nothing. A listener that expects no key does not challenge, and " +
                    "waits for a first message.");
            }

            handshake.Take(outcome == RingOutcome.Done ? message.Bytes : throw Gone());
        }
    }

    private static AuthenticationException Gone() =>
        new("The peer closed the connection before both sides had proved that they know the key.");

    private static AuthenticationException NoHandshake(InvalidDataException exception) =>
        new("The peer does not speak Python's protocol of connections: what it sends is no message of a handshake.", exception);
}
