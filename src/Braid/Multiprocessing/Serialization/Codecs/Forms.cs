using System.Collections;
using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Numerics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Braid.Multiprocessing;

/// <summary>The types of .NET that travel as a value of another type, one row each.</summary>
/// <remarks>Rows are found by name, so that a lookup does not load the assemblies of all of them.</remarks>
internal static class Forms
{
    /// <summary>Deeper JSON is refused: .NET processes it recursively.</summary>
    private const int MaximumDepth = 1000;

    private const string Changed =
        "it was changed after it was made from its name, and only the name would travel. Pass the name and what was changed.";

    private static readonly JsonSerializerOptions s_deepJson = new() { MaxDepth = MaximumDepth };
    private static readonly JsonDocumentOptions s_deepDocument = new() { MaxDepth = MaximumDepth };

    private static readonly Dictionary<string, Func<PayloadConverter>> s_rows = new()
    {
        ["System.Uri"] = static () => Of<Uri, (string, bool)>(
            static uri => (uri.OriginalString, uri.IsAbsoluteUri),
            static form => new Uri(form.Item1, form.Item2 ? UriKind.Absolute : UriKind.Relative),
            static (uri, copy) =>
                uri.ToString() == copy.ToString() && uri.UserEscaped == copy.UserEscaped
                    ? null
                    : "it was made with options that do not show. Pass its OriginalString."),
        ["System.Version"] = static () => Of<Version, string>(static version => version.ToString(), Version.Parse),
        ["System.Numerics.BigInteger"] = static () =>
            Of<BigInteger, byte[]>(static number => number.ToByteArray(), static bytes => new BigInteger(bytes)),
        ["System.Text.StringBuilder"] = static () => Of<StringBuilder, (string, int, int)>(
            static builder => (builder.ToString(), builder.Capacity, builder.MaxCapacity),
            static form => new StringBuilder(form.Item2, form.Item3).Append(form.Item1)),
        ["System.Text.RegularExpressions.Regex"] = static () => Of<Regex, (string, RegexOptions, TimeSpan)>(
            static regex => (regex.ToString(), regex.Options, regex.MatchTimeout),
            static form => new Regex(form.Item1, form.Item2, form.Item3)),
        ["System.Text.Encoding"] = static () => Of<Encoding, EncodingForm>(EncodingForm.Of, static form => form.Make(),
            static (encoding, copy) =>
                encoding.Equals(copy) && encoding.IsReadOnly == copy.IsReadOnly
                    ? null
                    : "its fallbacks are of its own kind. Pass its name."),
        ["System.Text.EncoderReplacementFallback"] = static () => Of<EncoderReplacementFallback, string>(
            static fallback => fallback.DefaultString, static text => new EncoderReplacementFallback(text)),
        ["System.Text.DecoderReplacementFallback"] = static () => Of<DecoderReplacementFallback, string>(
            static fallback => fallback.DefaultString, static text => new DecoderReplacementFallback(text)),
        ["System.Text.Rune"] = static () => Of<Rune, int>(static rune => rune.Value, static value => new Rune(value)),
        ["System.TimeZoneInfo"] = static () =>
            Of<TimeZoneInfo, TimeZoneForm>(TimeZoneForm.Of, static form => form.Make(), TimeZoneForm.WhyNot),
        ["System.Globalization.CultureInfo"] = static () => Of<CultureInfo, (string Name, bool IsReadOnly, bool UsesOverrides)>(
            static culture => (culture.Name, culture.IsReadOnly, culture.UseUserOverride),
            static form => form.IsReadOnly ? CultureInfo.GetCultureInfo(form.Name) : new CultureInfo(form.Name, form.UsesOverrides),
            static (culture, copy) =>
                PublicProperties.Difference(culture, copy) is null
                    && PublicProperties.Difference(culture.NumberFormat, copy.NumberFormat) is null
                && PublicProperties.Difference(culture.DateTimeFormat, copy.DateTimeFormat) is null ? null : Changed),
        ["System.Globalization.CompareInfo"] = static () => Of<CompareInfo, (string, string)>(
            static info => (info.Name, info.Version.ToString()!), static form => CompareInfo.GetCompareInfo(form.Item1)),
        ["System.Globalization.RegionInfo"] = static () => Of<RegionInfo, string>(
            static region => region.Name,
            static name => new RegionInfo(name),
            static (region, copy) => PublicProperties.Difference(region, copy) is null ? null : Changed),
        ["System.Globalization.NumberFormatInfo"] = static () => Of<NumberFormatInfo, (bool, bool, object?[])>(
            static info => (ReferenceEquals(info, NumberFormatInfo.InvariantInfo), info.IsReadOnly, PublicProperties.SettableOf(info)),
            MakeNumberFormat),
        ["System.StringComparer"] = static () =>
            Of<StringComparer, CultureComparerForm>(CultureComparerForm.Of, static form => form.Make()),
        ["System.Collections.StructuralEqualityComparer"] = static () =>
            Of<IEqualityComparer, bool>(static _ => true, static _ => StructuralComparisons.StructuralEqualityComparer),
        ["System.Collections.StructuralComparer"] = static () =>
            Of<IComparer, bool>(static _ => true, static _ => StructuralComparisons.StructuralComparer),
        ["System.Collections.Comparer"] = static () => Of<System.Collections.Comparer, string>(
            static comparer => PrivateMembers.CompareInfoOf(comparer).Name, static name => new Comparer(CultureInfo.GetCultureInfo(name))),
        ["System.Collections.CaseInsensitiveComparer"] = static () => Of<System.Collections.CaseInsensitiveComparer, string>(
            static comparer => PrivateMembers.CompareInfoOf(comparer).Name,
            static name => new CaseInsensitiveComparer(CultureInfo.GetCultureInfo(name))),
        ["System.IO.MemoryStream"] = static () => Of<MemoryStream, (byte[], long, bool, bool, bool)>(
            static stream => (
                stream.ToArray(),
                stream.Position,
                stream.CanWrite,
                PrivateMembers.IsExpandable(stream),
                PrivateMembers.IsExposable(stream)),
            MakeStream),
        ["System.IO.FileInfo"] = static () => Of<FileInfo, (string, string)>(
            static file => (file.ToString(), file.FullName),
            static form => Path.GetFullPath(form.Item1) == form.Item2 ? new FileInfo(form.Item1) : new FileInfo(form.Item2)),
        ["System.IO.DirectoryInfo"] = static () => Of<DirectoryInfo, (string, string)>(
            static folder => (folder.ToString(), folder.FullName),
            static form => Path.GetFullPath(form.Item1) == form.Item2 ? new DirectoryInfo(form.Item1) : new DirectoryInfo(form.Item2)),
        ["System.Net.IPAddress"] = static () => Of<IPAddress, (byte[], long)>(
            static address => (address.GetAddressBytes(), address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0),
            static form => form.Item1.Length == 4 ? new IPAddress(form.Item1) : new IPAddress(form.Item1, form.Item2)),
        ["System.Net.IPEndPoint"] = static () => Of<IPEndPoint, (IPAddress, int)>(
            static point => (point.Address, point.Port), static form => new IPEndPoint(form.Item1, form.Item2)),
        ["System.Net.DnsEndPoint"] = static () => Of<DnsEndPoint, (string, int, AddressFamily)>(
            static point => (point.Host, point.Port, point.AddressFamily),
            static form => new DnsEndPoint(form.Item1, form.Item2, form.Item3)),
        ["System.Net.IPNetwork"] = static () => Of<IPNetwork, (IPAddress, int)>(
            static network => (network.BaseAddress, network.PrefixLength), static form => new IPNetwork(form.Item1, form.Item2)),
        ["System.Net.NetworkCredential"] = static () => Of<NetworkCredential, (string, string, string)>(
            static credential => (credential.UserName, credential.Password, credential.Domain),
            static form => new NetworkCredential(form.Item1, form.Item2, form.Item3)),
        ["System.Net.NetworkInformation.PhysicalAddress"] = static () =>
            Of<PhysicalAddress, byte[]>(static address => address.GetAddressBytes(), static bytes => new PhysicalAddress(bytes)),
        ["System.Net.Sockets.UnixDomainSocketEndPoint"] = static () => Of<UnixDomainSocketEndPoint, string>(
            static point => point.ToString(),
            static path => new UnixDomainSocketEndPoint(path),
            static (point, copy) => point.Equals(copy) ? null : "its name is abstract. Pass the name."),
        ["System.Net.Mail.MailAddress"] = static () => Of<MailAddress, (string, string)>(
            static address => (address.Address, address.DisplayName), static form => new MailAddress(form.Item1, form.Item2),
            static (address, copy) =>
                FieldComparison.Difference(address, copy) is null ? null : "its parts do not say all of it. Pass its text."),
        ["System.Net.Http.HttpMethod"] = static () =>
            Of<HttpMethod, string>(static method => method.Method, static name => new HttpMethod(name)),
        ["System.Security.Cryptography.X509Certificates.X509Certificate2"] = static () => Of<X509Certificate2, byte[]>(
            static certificate => certificate.HasPrivateKey
                ? throw PayloadException.CannotTravel(
                    typeof(X509Certificate2),
                    "it has a private key, which would be left behind. Pass what it is loaded from, or " +
                    "X509CertificateLoader.LoadCertificate(its RawData).")
                : certificate.RawData,
            static bytes => X509CertificateLoader.LoadCertificate(bytes)),
        ["System.Text.Json.Nodes.JsonNode"] = static () => Of<JsonNode, (string, bool)>(
            static node => (node.ToJsonString(s_deepJson), node.Options?.PropertyNameCaseInsensitive ?? false),
            static form => JsonNode.Parse(form.Item1, new JsonNodeOptions { PropertyNameCaseInsensitive = form.Item2 }, s_deepDocument)!,
            static (node, copy) =>
                JsonNode.DeepEquals(node, copy)
                    ? null
                    : "JSON does not hold all of it: a value of another kind, or text that is no Unicode."),
        ["System.Text.Json.JsonElement"] = static () => Of<JsonElement, string?>(
            static element => element.ValueKind == JsonValueKind.Undefined ? null : element.GetRawText(),
            static json => json is null ? default : JsonElement.Parse(json, s_deepDocument)),
        ["System.Text.Json.JsonDocument"] = static () => Of<JsonDocument, string>(
            static document => document.RootElement.GetRawText(), static json => JsonDocument.Parse(json, s_deepDocument)),
        ["System.Xml.Linq.XName"] = static () => Of<XName, (string, string)>(
            static name => (name.NamespaceName, name.LocalName), static form => XName.Get(form.Item2, form.Item1)),
        ["System.Xml.Linq.XNamespace"] = static () => Of<XNamespace, string>(static space => space.NamespaceName, XNamespace.Get),
        ["System.Xml.Linq.XAttribute"] = static () => Of<XAttribute, (XName, string)>(
            static attribute => (attribute.Name, attribute.Value), static form => new XAttribute(form.Item1, form.Item2)),
        ["System.Xml.Linq.XElement"] = static () =>
            Of<XElement, string>(XmlText.Of, static text => XElement.Parse(text, LoadOptions.PreserveWhitespace), XmlText.WhyNot),
        ["System.Xml.Linq.XDocument"] = static () => Of<XDocument, (string, string?)>(
            static document => (XmlText.Of(document), document.Declaration?.ToString()), XmlText.MakeDocument, XmlText.WhyNot),
        ["System.Xml.XmlDocument"] = static () => Of<XmlDocument, (string, bool)>(
            static document => (document.OuterXml, document.PreserveWhitespace), XmlText.MakeOldDocument, XmlText.WhyNotOld),
        ["System.Xml.XmlQualifiedName"] = static () => Of<XmlQualifiedName, (string, string)>(
            static name => (name.Name, name.Namespace), static form => new XmlQualifiedName(form.Item1, form.Item2)),
    };

    // Base classes whose derived classes in .NET are not public, or do not differ from them in anything that matters.
    private static readonly string[] s_baseClasses =
        ["System.Text.Encoding", "System.StringComparer", "System.Net.IPAddress", "System.Text.Json.Nodes.JsonNode"];

    // Types of .NET that are pure data: they travel by their fields, as the program's own types do.
    private static readonly string[] s_plain =
    [
        "System.Object", "System.EventArgs", "System.Tuple`1", "System.Tuple`2", "System.Tuple`3", "System.Tuple`4", "System.Tuple`5",
        "System.Tuple`6", "System.Tuple`7", "System.Tuple`8",
        "System.ValueTuple`1", "System.ValueTuple`2", "System.ValueTuple`3", "System.ValueTuple`4", "System.ValueTuple`5",
        "System.ValueTuple`6", "System.ValueTuple`7", "System.ValueTuple`8",
        "System.Runtime.CompilerServices.StrongBox`1", "System.Collections.DictionaryEntry", "System.Diagnostics.Stopwatch",
        "System.Drawing.Color",
        "System.Random", "System.Random+CompatPrng", "System.Random+CompatDerivedImpl", "System.Random+CompatSeedImpl",
        "System.Random+XoshiroImpl",
    ];

    /// <summary>The converter of a type of .NET; null for any other type.</summary>
    public static PayloadConverter? Find(Type type)
    {
        if (!Origin.IsFramework(type) || type.IsGenericType)
        {
            return null;
        }

        if (s_rows.TryGetValue(type.FullName!, out Func<PayloadConverter>? make))
        {
            return make();
        }

        for (Type? parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            if (Array.IndexOf(s_baseClasses, parent.FullName) >= 0)
            {
                return s_rows[parent.FullName!]();
            }
        }

        return null;
    }

    /// <summary>Whether the type of .NET is pure data.</summary>
    public static bool IsPlain(Type type) =>
        Array.IndexOf(s_plain, (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName) >= 0;

    private static FormConverter<T, TForm> Of<T, TForm>(Func<T, TForm> pack, Func<TForm, T> unpack, Func<T, T, string?>? whyNot = null) =>
        new(pack, unpack, whyNot);

    private static NumberFormatInfo MakeNumberFormat((bool IsInvariant, bool IsReadOnly, object?[] Values) form)
    {
        if (form.IsInvariant)
        {
            return NumberFormatInfo.InvariantInfo;
        }

        NumberFormatInfo info = PublicProperties.Set(new NumberFormatInfo(), form.Values);
        return form.IsReadOnly ? NumberFormatInfo.ReadOnly(info) : info;
    }

    private static MemoryStream MakeStream((byte[] Bytes, long Position, bool IsWritable, bool IsExpandable, bool IsExposable) form)
    {
        MemoryStream stream;
        if (form.IsExpandable)
        {
            stream = new MemoryStream(form.Bytes.Length);
            stream.Write(form.Bytes);
        }
        else
        {
            stream = new MemoryStream(form.Bytes, 0, form.Bytes.Length, form.IsWritable, form.IsExposable);
        }

        stream.Position = form.Position;
        return stream;
    }
}
