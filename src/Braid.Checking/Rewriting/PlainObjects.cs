using System.Runtime.Loader;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Objects of .NET other than collections, and what is known about calls of them from several threads.</summary>
/// <remarks>
/// A stream, a reader or a writer is one location, as a list is. What is in .NET's core and not named here is immutable, thread-safe or
/// controlled. Of the other assemblies that are not rewritten, some types are known by name to be thread-safe, and nothing is known of the
/// rest.
/// </remarks>
internal static class PlainObjects
{
    private const string Core = "System.Private.CoreLib.dll";

    private static readonly HashSet<string> s_plain =
    [
        "System.IO.Stream", "System.IO.TextReader", "System.IO.TextWriter", "System.IO.BinaryReader", "System.IO.BinaryWriter",
        "System.Random", "System.CharEnumerator", "System.Text.Encoder", "System.Text.Decoder",
        "System.Globalization.TextElementEnumerator", "System.Globalization.StringInfo", "System.Security.SecurityElement",
        "System.Buffers.ArrayBufferWriter`1", "System.Security.Cryptography.HashAlgorithm",
        "System.Security.Cryptography.IncrementalHash", "System.Text.Json.Utf8JsonWriter", "System.Text.Json.Nodes.JsonNode",
        "System.UriBuilder", "System.Xml.XmlReader", "System.Xml.XmlWriter", "System.Xml.XmlNode",
        "System.Xml.Linq.XObject", "System.IO.Compression.ZipArchive", "System.IO.Compression.ZipArchiveEntry",
    ];

    // Immutable or thread-safe; so are the types derived from them.
    private static readonly HashSet<string> s_safe =
    [
        "System.Exception", "System.Attribute", "System.EventArgs", "System.Delegate", "System.Uri", "System.UriParser",
        "System.Text.RegularExpressions.Regex", "System.Text.RegularExpressions.Capture",
        "System.Text.RegularExpressions.CaptureCollection", "System.Text.RegularExpressions.GroupCollection",
        "System.Text.RegularExpressions.MatchCollection", "System.Text.Json.JsonDocument",
        "System.Text.Json.JsonNamingPolicy", "System.Text.Json.JsonSerializerOptions",
        "System.Text.Json.Serialization.JsonConverter", "System.Text.Json.Serialization.JsonSerializerContext",
        "System.Text.Json.Serialization.Metadata.JsonTypeInfo", "System.Text.Encodings.Web.TextEncoder", "System.Text.Encoding",
        "System.Security.Cryptography.RandomNumberGenerator", "System.Security.Cryptography.HashAlgorithmName",
        "System.Linq.Expressions.Expression", "System.Linq.Expressions.MemberBinding", "System.Linq.Expressions.SwitchCase",
        "System.Linq.Expressions.CatchBlock", "System.Linq.Expressions.ElementInit", "System.Linq.Expressions.LabelTarget",
        "System.Runtime.CompilerServices.CallSite", "System.Runtime.CompilerServices.CallSiteBinder",
        "System.Dynamic.BindingRestrictions", "System.Dynamic.CallInfo",
        "System.Dynamic.DynamicMetaObject", "System.Dynamic.ExpandoObject", "System.ComponentModel.TypeConverter",
        "System.ComponentModel.MemberDescriptor", "System.ComponentModel.AttributeCollection",
        "System.ComponentModel.PropertyDescriptorCollection", "System.ComponentModel.EventDescriptorCollection",
        "System.ComponentModel.TypeDescriptionProvider", "System.Diagnostics.ActivitySource",
        "System.Diagnostics.ActivityListener", "System.Diagnostics.DiagnosticSource", "System.Diagnostics.DistributedContextPropagator",
        "System.Diagnostics.Metrics.Instrument", "System.Diagnostics.Metrics.Meter", "System.Diagnostics.Metrics.MeterListener",
        "System.Diagnostics.TraceSource", "System.Diagnostics.Switch", "System.Diagnostics.TraceListener",
        "System.Diagnostics.TraceListenerCollection", "System.Diagnostics.TraceFilter",
        "System.Buffers.MemoryPool`1", "System.Net.IPAddress", "System.Net.EndPoint", "System.Net.Http.HttpMethod",
        "System.Threading.Barrier", "System.Threading.ReaderWriterLock", "System.Threading.HostExecutionContextManager",
        "System.Transactions.Transaction", "System.Reflection.MemberInfo", "System.Resources.ResourceManager",
        "System.ComponentModel.ComponentResourceManager", "System.Drawing.ColorConverter",
    ];

    // All others change the object. That includes a reader's Peek, which may fill a buffer.
    private static readonly HashSet<string> s_reading =
    [
        "get_Length", "get_Position", "get_Capacity", "get_AutoFlush", "get_WrittenCount", "get_WrittenSpan", "get_WrittenMemory",
        "get_FreeCapacity", "ToString", "ToArray", "GetBuffer", "TryGetBuffer", "get_Current", "WriteTo",
    ];

    // They do not read any state that changes.
    private static readonly HashSet<string> s_neutral =
    [
        "GetHashCode", "Equals", "GetType", "get_CanRead", "get_CanSeek", "get_CanWrite", "get_CanTimeout", "get_Encoding",
        "get_CurrentEncoding", "get_NewLine", "get_FormatProvider", "get_BaseStream", "GetStringBuilder",
        "get_IsAsync", "get_SafeFileHandle", "get_Name", "get_Options",
    ];

    private static readonly string[] s_readingPrefixes =
    [
        "get_", "Get", "TryGet", "Is", "Has", "Contains", "To", "CompareTo", "Equals", "IndexOf", "Select",
        "Ancestors", "Descendants", "Elements", "Attributes", "op_",
    ];

    /// <summary>What a call does to the object that it is made on.</summary>
    /// <param name="method">The called method, of a type that is not rewritten.</param>
    /// <param name="writes">Whether it may change the object.</param>
    public static ObjectKind Uses(MethodDefinition method, out bool writes)
    {
        ObjectKind kind = KindOf(method.DeclaringType);
        bool isOfNode = kind == ObjectKind.Plain && method.DeclaringType.Module.Name != Core;
        bool mayOnlyRead = kind == ObjectKind.Unknown || isOfNode;
        writes = !s_reading.Contains(method.Name)
            && !(mayOnlyRead && Array.Exists(s_readingPrefixes, prefix => method.Name.StartsWith(prefix, StringComparison.Ordinal)));
        return s_neutral.Contains(method.Name) ? ObjectKind.None : kind;
    }

    /// <summary>What is known of a type of .NET that is not rewritten.</summary>
    public static ObjectKind KindOf(TypeDefinition type)
    {
        for (TypeDefinition? known = type; known is not null; known = known.BaseType?.Resolve())
        {
            if (s_plain.Contains(known.FullName))
            {
                return ObjectKind.Plain;
            }

            if (s_safe.Contains(known.FullName) || PlainCollections.Matches(known))
            {
                return ObjectKind.None;
            }
        }

        return type.IsValueType || type.IsInterface || type.Module.Name == Core ? ObjectKind.None : ObjectKind.Unknown;
    }

    /// <summary>Whether an argument of this type is such an object.</summary>
    public static bool Matches(TypeReference type) =>
        type is TypeReference { IsValueType: false, IsArray: false, IsGenericParameter: false }
        && type.Namespace is "System.IO"
        && (type.Name.EndsWith("Stream", StringComparison.Ordinal)
            || type.Name.EndsWith("Writer", StringComparison.Ordinal)
            || type.Name.EndsWith("Reader", StringComparison.Ordinal));

    /// <summary>
    /// Whether an object is such a one and takes no lock of its own. Types that the program derives are rewritten; one that derives from a
    /// type that .NET implements counts as that type.
    /// </summary>
    public static bool Matches(Type type, bool isKnown)
    {
        if (type.IsNested && !type.IsVisible
            && (type.Name.StartsWith("Sync", StringComparison.Ordinal)
                || type.Name.StartsWith("Null", StringComparison.Ordinal)
                || type.Name.StartsWith("ThreadSafe", StringComparison.Ordinal)))
        {
            return false;
        }

        Type? own = type;
        while (own is not null && AssemblyLoadContext.GetLoadContext(own.Assembly) is SubjectContext)
        {
            own = own.BaseType;
        }

        return own is { IsAbstract: false } && own != typeof(object) && (!isKnown || IsPlain(own));
    }

    private static bool IsPlain(Type? type) => type is not null && (s_plain.Contains(HookTable.NameOf(type)) || IsPlain(type.BaseType));
}
