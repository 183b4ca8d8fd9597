namespace Braid.Multiprocessing;

/// <summary>What a process in a <see cref="Sandbox"/> may do with the network.</summary>
public sealed record SandboxNetwork
{
    private SandboxNetwork(string text) => Text = text;

    /// <summary>Nothing: no socket of any kind, also none to other programs of this machine.</summary>
    public static SandboxNetwork None { get; } = new("no network");

    /// <summary>All that the user may, except for raw packets.</summary>
    public static SandboxNetwork All { get; } = new("the network");

    /// <summary>The TCP ports to which it may connect; null if they are not limited.</summary>
    internal IReadOnlyList<int>? Ports { get; private init; }

    internal bool IsNone => this == None;

    internal bool IsAll => this == All;

    private string Text { get; }

    /// <summary>
    /// Outgoing TCP connections to these ports, of any machine; no other protocol, and no server. Names are resolved by UDP, so pass
    /// addresses, or resolve the names outside.
    /// </summary>
    /// <param name="ports">The ports, 1 to 65535.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One is no port.</exception>
    public static SandboxNetwork Tcp(params ReadOnlySpan<int> ports)
    {
        if (ports.IsEmpty)
        {
            throw new ArgumentException("Name the ports to which it may connect; if there are none, pass None.", nameof(ports));
        }

        int[] sorted = [.. ports];
        foreach (int port in sorted)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(port, 1, nameof(ports));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535, nameof(ports));
        }

        System.Array.Sort(sorted);
        return new SandboxNetwork($"TCP to {(sorted.Length == 1 ? "port" : "ports")} {string.Join(", ", sorted)}") { Ports = sorted };
    }

    /// <summary>Whether the other allows the same.</summary>
    public bool Equals(SandboxNetwork? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>What it allows.</summary>
    public override string ToString() => Text;
}
