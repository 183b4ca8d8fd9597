using System.Text;
using Braid.Multiprocessing;

namespace Braid.Python;

/// <summary>The words of the protocol of CPython's managers.</summary>
/// <remarks>
/// <code>
///   control connection   (None, function, args, kwds)   one request, one reply, then it is closed
///   object connection    (None, 'accept_connection', (name,), {})   its reply; then any number of
///                        (ident, method, args, kwds)    each followed by its reply
///   reply                (kind, value)
/// </code>
/// Every message is one pickle. The server answers in order, so a connection that has a request without a reply is of no more use.
/// </remarks>
internal static class ManagerWire
{
    public const string Module = "multiprocessing.managers";

    public const string Return = "#RETURN";
    public const string Error = "#ERROR";
    public const string Traceback = "#TRACEBACK";
    public const string NewProxy = "#PROXY";
    public const string Unserializable = "#UNSERIALIZABLE";

    public const string GetValue = "#GETVALUE";
    public const string AcceptConnection = "accept_connection";

    /// <summary>A request as the tuple that it is.</summary>
    /// <param name="ident">The object; null for a request to the server itself.</param>
    /// <param name="function">What to call.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="kwds">Its keyword arguments; null for none.</param>
    public static object?[] Request(string? ident, string function, object?[] args, Dictionary<string, object?>? kwds = null) =>
        [ident, function, args, kwds ?? []];

    /// <summary>A reply as the tuple that it is.</summary>
    public static object?[] Reply(string kind, object? value) => [kind, value];

    /// <summary>An address as Python has it: text, bytes for an abstract name, or a tuple of host and port.</summary>
    public static object AddressToPython(Address address) => address.Path switch
    {
        null => new object?[] { address.Host, address.Port },
        ['\0', ..] => Encoding.UTF8.GetBytes(address.Path),
        _ => address.Path,
    };

    /// <summary>An address as Python has it; null for what is none.</summary>
    public static Address? AddressFromPython(object? value) => value switch
    {
        string { Length: > 0 } path => path,
        byte[] { Length: > 0 } name => Encoding.UTF8.GetString(name),
        object?[] and [string { Length: > 0 } host, long port] when port is >= 0 and <= ushort.MaxValue => (host, (int)port),
        _ => null,
    };
}
