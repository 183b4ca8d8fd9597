using System.Net.Security;

namespace Braid.Multiprocessing;

/// <summary>How a <see cref="Listener"/> treats its peers.</summary>
public sealed record ListenerOptions : ConnectionOptions
{
    /// <summary>
    /// How many connections may wait for <see cref="Listener.Accept"/>; 128 by default. While there are as many, the system keeps the next
    /// ones waiting.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public int Backlog
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(Backlog));
            field = value;
        }
    } = 128;

    /// <summary>
    /// How many peers may be connected that have not proved yet that they know the key; 256 by default. The next one takes the place of
    /// the one that has taken longest, so peers that stall keep no other out.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public int MaxUnauthenticated
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(MaxUnauthenticated));
            field = value;
        }
    } = 256;

    /// <summary>
    /// Encrypts the connections by TLS, with this certificate and these rules, before the handshake by key; null, the default, for no
    /// encryption. Callbacks in it run on threads of Braid's own. The peers must use TLS too; CPython's
    /// <c>multiprocessing.connection</c> cannot.
    /// </summary>
    public SslServerAuthenticationOptions? Tls { get; init; }
}
