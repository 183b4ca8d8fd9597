namespace Braid.Multiprocessing;

/// <summary>What a <see cref="Listener"/> and a <see cref="Client"/> have in common.</summary>
public abstract record ConnectionOptions
{
    private protected ConnectionOptions()
    {
    }

    /// <summary>
    /// How long connecting and proving that both sides know the key may take, in all; 10 seconds by default,
    /// <see cref="Timeout.InfiniteTimeSpan"/> for no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero, or negative and not infinite.</exception>
    public TimeSpan HandshakeTimeout
    {
        get;
        init
        {
            Deadline.Check(value, nameof(HandshakeTimeout));
            ArgumentOutOfRangeException.ThrowIfEqual(value, TimeSpan.Zero, nameof(HandshakeTimeout));
            field = value;
        }
    } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The length in bytes of the longest message that is received; 256 MiB by default. If the peer announces a longer one, the receiver
    /// gets an <see cref="InvalidDataException"/> and the connection is closed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public long MaxMessageBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(MaxMessageBytes));
            field = value;
        }
    } = 256L * 1024 * 1024;

    /// <summary>
    /// Whether a peer may prove itself by HMAC-MD5, the only way that Python up to 3.11 knows; false by default. Later versions, and
    /// Braid, use HMAC-SHA256 in either case.
    /// </summary>
    public bool AllowLegacyPeers { get; init; }
}
