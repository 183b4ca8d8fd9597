using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace Braid.Multiprocessing;

/// <summary>Types of .NET that are their text, in effect.</summary>
internal static class BuiltInConverters
{
    public static IEnumerable<KeyValuePair<Type, object>> All() =>
    [
        Text<Uri>(uri => (uri.IsAbsoluteUri ? "a" : "r") + uri.OriginalString, text => new Uri(text[1..], text[0] == 'a' ? UriKind.Absolute : UriKind.Relative)),
        Text<Version>(version => version.ToString(), Version.Parse),
        Text<BigInteger>(number => number.ToString("R", CultureInfo.InvariantCulture), text => BigInteger.Parse(text, CultureInfo.InvariantCulture)),
        Text<StringBuilder>(builder => builder.ToString(), text => new StringBuilder(text)),
        Text<IPAddress>(address => address.ToString(), IPAddress.Parse),
        Text<IPEndPoint>(endpoint => endpoint.ToString(), IPEndPoint.Parse),
        Text<Regex>(regex => $"{(int)regex.Options} {regex.MatchTimeout.Ticks} {regex}", ParseRegex),
        Text<TimeZoneInfo>(zone => zone.ToSerializedString(), TimeZoneInfo.FromSerializedString),
    ];

    private static KeyValuePair<Type, object> Text<T>(Func<T, string> format, Func<string, T> parse) =>
        new(typeof(T), new PayloadConverter<T>((output, value) => Encoding.Unicode.GetBytes(format(value), output), bytes => parse(Encoding.Unicode.GetString(bytes.Span))));

    private static Regex ParseRegex(string text)
    {
        string[] parts = text.Split(' ', 3);
        return new Regex(parts[2], (RegexOptions)int.Parse(parts[0], CultureInfo.InvariantCulture), new TimeSpan(long.Parse(parts[1], CultureInfo.InvariantCulture)));
    }
}
