using System.Net.Security;

namespace Braid.Multiprocessing;

/// <summary>How a <see cref="Client"/> connects.</summary>
public sealed record ClientOptions : ConnectionOptions
{
    /// <summary>
    /// Encrypts the connection by TLS, by these rules, before the handshake by key; null, the default, for no encryption. Set its
    /// <see cref="SslClientAuthenticationOptions.TargetHost"/> to the name for which the listener has its certificate. The listener must
    /// use TLS too; CPython's <c>multiprocessing.connection</c> cannot.
    /// </summary>
    public SslClientAuthenticationOptions? Tls { get; init; }
}
