using System.Globalization;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json.Serialization;

namespace Braid.Cli;

/// <summary>A network interface that a listener could be bound to.</summary>
/// <param name="Name">The system's name for it.</param>
/// <param name="IsUp">Whether it is up; an address of an interface that is down can still be bound, but cannot be reached.</param>
/// <param name="IPv4">Its addresses.</param>
/// <param name="IPv6">Its addresses; link-local ones with the scope after a percent sign.</param>
/// <param name="Mtu">The largest packet in bytes; null if the system does not report it.</param>
/// <param name="Mac">Its hardware address; null if it has none.</param>
internal sealed record NetworkFacts(
    string Name,
    bool IsUp,
    [property: JsonPropertyName("ipv4")] IReadOnlyList<string> IPv4,
    [property: JsonPropertyName("ipv6")] IReadOnlyList<string> IPv6,
    int? Mtu,
    string? Mac)
{
    /// <returns>Null if the system does not report them, as in some sandboxes.</returns>
    public static IReadOnlyList<NetworkFacts>? ReadAll()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().Select(Read)
                .OrderBy(static network => network.Name, StringComparer.Ordinal)];
        }
        catch (NetworkInformationException)
        {
            return null;
        }
    }

    private static NetworkFacts Read(NetworkInterface network)
    {
        IPInterfaceProperties properties = network.GetIPProperties();
        string mac = string.Join(
            ':', network.GetPhysicalAddress().GetAddressBytes().Select(static part => part.ToString("x2", CultureInfo.InvariantCulture)));
        return new NetworkFacts(
            network.Name,
            IsSwitchedOn(network),
            AddressesOf(properties, AddressFamily.InterNetwork),
            AddressesOf(properties, AddressFamily.InterNetworkV6),
            network.Supports(NetworkInterfaceComponent.IPv4) ? properties.GetIPv4Properties().Mtu
                : network.Supports(NetworkInterfaceComponent.IPv6) ? properties.GetIPv6Properties().Mtu
                : null,
            mac.Length == 0 || mac.All(static letter => letter is '0' or ':') ? null : mac);
    }

    private static string[] AddressesOf(IPInterfaceProperties properties, AddressFamily family) =>
        [.. properties.UnicastAddresses.Select(static unicast => unicast.Address).Where(address => address.AddressFamily == family)
            .Select(static address => address.ToString())];

    /// <summary>Reads the system's flags, since .NET reports the state of a loopback as unknown.</summary>
    private static bool IsSwitchedOn(NetworkInterface network) =>
        SystemFiles.Read($"/sys/class/net/{network.Name}/flags") is { } flags
            ? (Convert.ToInt32(flags.Trim(), 16) & 1) != 0
            : network.OperationalStatus == OperationalStatus.Up;
}
