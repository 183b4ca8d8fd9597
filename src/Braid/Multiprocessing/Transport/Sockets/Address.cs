using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Braid.Multiprocessing;

/// <summary>Where a <see cref="Listener"/> listens and a <see cref="Client"/> connects: a Unix socket, or a host and a port.</summary>
/// <remarks>
/// <para>
/// A string and a tuple convert to it: <c>"/run/user/1000/jobs"</c> is a Unix socket with a place in the file system, <c>"\0jobs"</c> one
/// with a name only (Linux's abstract names, which every user of the machine can reach), and <c>("localhost", 6000)</c> is TCP. Port 0 has
/// the system choose one.
/// </para>
/// <para>Python counterpart: the <c>address</c> of <c>Listener</c> and <c>Client</c>, a <c>str</c> or a tuple.</para>
/// </remarks>
public sealed record Address
{
    private const string LocalHost = "localhost";

    private Address(string? path, string? host, int port) => (Path, Host, Port) = (path, host, port);

    /// <summary>The path of a Unix socket, or its abstract name with a NUL before it; null for TCP.</summary>
    public string? Path { get; }

    /// <summary>The host, by name or by number; null for a Unix socket.</summary>
    public string? Host { get; }

    /// <summary>The port; 0 for a Unix socket.</summary>
    public int Port { get; }

    internal bool IsFile => Path is [not '\0', ..];

    /// <summary>Converts a path, or an abstract name with a NUL before it.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public static implicit operator Address(string path) => FromString(path);

    /// <summary>Converts a host and a port.</summary>
    /// <param name="address">The host, by name or by number, and the port.</param>
    /// <exception cref="ArgumentException">The host is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is negative or above 65535.</exception>
    public static implicit operator Address((string Host, int Port) address) => FromValueTuple(address);

    /// <summary>Converts a path, or an abstract name with a NUL before it.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public static Address FromString(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new Address(path, null, 0);
    }

    /// <summary>Converts a host and a port.</summary>
    /// <param name="address">The host, by name or by number, and the port.</param>
    /// <exception cref="ArgumentException">The host is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is negative or above 65535.</exception>
    public static Address FromValueTuple((string Host, int Port) address)
    {
        if (string.IsNullOrEmpty(address.Host))
        {
            throw new ArgumentException(
                "No host is named. Python takes that for all addresses of the machine; write \"localhost\" for this machine alone, or " +
                "\"0.0.0.0\" for all of its addresses.",
                nameof(address));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(address.Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address.Port, IPEndPoint.MaxPort);
        return new Address(null, address.Host, address.Port);
    }

    /// <summary>The path, with <c>@</c> for the NUL of an abstract name; or the host and the port.</summary>
    public override string ToString() => Path is not null ? Path.Replace('\0', '@')
        : string.Create(CultureInfo.InvariantCulture, $"{(Host!.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");

    /// <summary>The address of an end of TCP; of a Unix socket, null: its clients have none.</summary>
    internal static Address? Of(EndPoint endPoint) => endPoint is IPEndPoint ip ? new Address(null, ip.Address.ToString(), ip.Port) : null;

    /// <summary>The end points to try in order, if no name must be looked up; otherwise null.</summary>
    /// <exception cref="ArgumentException">It is no address of a Unix socket.</exception>
    internal EndPoint[]? EndPoints() => Path is not null ? [Unix(Path)]
        : Host == LocalHost ? [new IPEndPoint(IPAddress.Loopback, Port)]   // as CPython, which knows IPv4 alone
        : IPAddress.TryParse(Host, out IPAddress? number) ? [new IPEndPoint(number, Port)]
        : null;

    /// <summary>The end points of the host's addresses.</summary>
    internal EndPoint[] EndPoints(IPAddress[] found) =>
        [.. found.OrderBy(static one => one.AddressFamily != AddressFamily.InterNetwork).Select(one => new IPEndPoint(one, Port))];

    private static UnixDomainSocketEndPoint Unix(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new ArgumentException($"The path of a Unix socket has at most 107 bytes; {path} is longer.", nameof(path), exception);
        }
    }
}
