using Braid.Multiprocessing;

namespace Braid.Python;

/// <summary>How a <see cref="ManagerServer"/> treats its clients.</summary>
public sealed record ManagerServerOptions
{
    /// <summary>How clients prove themselves, and how long their messages may be.</summary>
    public ListenerOptions Listener { get; init; } = new();

    /// <summary>How values are read and written; what is registered in them crosses too.</summary>
    public PickleOptions Pickle { get; init; } = new();

    /// <summary>
    /// How many connections are served at once; 1,000 by default. Each has a thread here, since a call may block. A client beyond that gets
    /// an error.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public int MaxConnections { get; init => field = Positive(value); } = 1000;

    /// <summary>How many objects clients may have references to at once; 1,000,000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public int MaxObjects { get; init => field = Positive(value); } = 1_000_000;

    /// <summary>
    /// For clients whose process is not known, which are those over TCP: how long after the last connection of their host has ended their
    /// references are kept. One hour by default; <see cref="Timeout.InfiniteTimeSpan"/> to keep them until the server is closed.
    /// </summary>
    /// <remarks>The references of a process that has connected over a Unix socket go when the process ends.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">It is negative and not infinite.</exception>
    public TimeSpan ForgetAfter
    {
        get;
        init
        {
            if (value != Timeout.InfiniteTimeSpan)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(ForgetAfter));
            }

            field = value;
        }
    } = TimeSpan.FromHours(1);

    /// <summary>
    /// Where clients are told to find the server, in the proxies that are parts of other values; null, the default, for where it
    /// listens. Set it if that is <c>0.0.0.0</c>, or if clients reach it by another name.
    /// </summary>
    public Address? PublicAddress { get; init; }

    private static int Positive(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }
}
