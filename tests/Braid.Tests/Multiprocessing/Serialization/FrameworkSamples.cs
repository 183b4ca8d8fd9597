using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;

namespace Braid.Tests;

/// <summary>Objects of the public types of .NET: those that can be made of simple values, and those that statics hold.</summary>
internal static class FrameworkSamples
{
    private const int MostParameters = 4;
    private const int MostConstructors = 4;

    // Making one does something outside of this process, or to it.
    private static readonly string[] s_left =
    [
        "Microsoft.Win32.", "System.Diagnostics.Process", "System.Diagnostics.Trace", "System.Diagnostics.Eventing.", "System.Diagnostics.Tracing.", "System.IO.Pipes.", "System.IO.FileSystemWatcher", "System.IO.FileStream", "System.IO.MemoryMappedFiles.",
        "System.IO.IsolatedStorage.", "System.Net.HttpListener", "System.Net.Sockets.Socket", "System.Net.Sockets.Tcp", "System.Net.Sockets.Udp", "System.Net.Quic.", "System.Threading.Mutex", "System.Threading.Thread", "System.Threading.Overlapped",
        "System.Reflection.Emit.", "System.Runtime.Loader.", "System.Runtime.InteropServices.", "System.Runtime.CompilerServices.", "System.Runtime.Intrinsics.", "System.AppDomain", "System.Environment", "System.GC", "System.TypedReference",
        "System.ArgIterator", "System.RuntimeArgumentHandle", "System.Runtime.DependentHandle", "System.Runtime.JitInfo", "System.Security.Cryptography.", "System.ComponentModel.Design.", "System.Transactions.", "System.Buffers.MemoryHandle",
    ];

    private static readonly Dictionary<Type, object?> s_values = new()
    {
        [typeof(string)] = "/nonexistent/sample",
        [typeof(bool)] = true,
        [typeof(char)] = 'c',
        [typeof(byte)] = (byte)7,
        [typeof(short)] = (short)7,
        [typeof(ushort)] = (ushort)7,
        [typeof(int)] = 7,
        [typeof(uint)] = 7u,
        [typeof(long)] = 7L,
        [typeof(ulong)] = 7ul,
        [typeof(float)] = 1.5f,
        [typeof(double)] = 2.5,
        [typeof(decimal)] = 3.5m,
        [typeof(Guid)] = new Guid("01234567-89ab-cdef-0123-456789abcdef"),
        [typeof(DateTime)] = new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Utc),
        [typeof(DateTimeOffset)] = new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(2)),
        [typeof(TimeSpan)] = TimeSpan.FromMinutes(7),
        [typeof(DateOnly)] = new DateOnly(2024, 2, 29),
        [typeof(TimeOnly)] = new TimeOnly(1, 2, 3),
        [typeof(object)] = "an object",
        [typeof(Uri)] = new Uri("https://example.org/a?b#c"),
        [typeof(Version)] = new Version(1, 2, 3),
        [typeof(CultureInfo)] = CultureInfo.GetCultureInfo("de-DE"),
        [typeof(Encoding)] = Encoding.Unicode,
        [typeof(IPAddress)] = IPAddress.Parse("10.1.2.3"),
        [typeof(Type)] = typeof(List<int>),
        [typeof(byte[])] = new byte[] { 1, 2, 3 },
        [typeof(char[])] = new[] { 'a', 'b' },
        [typeof(string[])] = new[] { "a", "b" },
        [typeof(int[])] = new[] { 3, 1 },
        [typeof(object[])] = new object[] { 1, "a" },
        [typeof(bool[])] = new[] { true, false },
        [typeof(CancellationToken)] = CancellationToken.None,
        [typeof(IFormatProvider)] = CultureInfo.InvariantCulture,
        [typeof(StringComparer)] = StringComparer.Ordinal,
        [typeof(System.Collections.ICollection)] = new[] { "a", "b" },
        [typeof(System.Collections.IEqualityComparer)] = StringComparer.OrdinalIgnoreCase,
        [typeof(System.Collections.IComparer)] = StringComparer.Ordinal,
    };

    private static readonly string[] s_texts = ["/nonexistent/sample", "sample", "<a b=\"c\">d</a>", "text/plain", "7", "en-US", "a@example.org", "10.1.2.0/24"];

    /// <summary>All samples, each with a name that says how it was made.</summary>
    public static IEnumerable<(string Name, object Value)> All()
    {
        string folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        foreach (string file in Directory.GetFiles(folder, "*.dll").Order(StringComparer.Ordinal))
        {
            foreach (Type type in TypesOf(file))
            {
                foreach ((string name, object value) in Of(type))
                {
                    yield return ($"{value.GetType()} by {name}", value);
                }
            }
        }
    }

    private static Type[] TypesOf(string file)
    {
        try
        {
            return Assembly.Load(AssemblyName.GetAssemblyName(file)).GetExportedTypes();
        }
        catch (Exception exception) when (exception is BadImageFormatException or FileNotFoundException)
        {
            return [];
        }
    }

    private static IEnumerable<(string Name, object Value)> Of(Type definition)
    {
        if (definition.IsEnum || definition.IsInterface || definition.IsByRefLike || definition.IsAssignableTo(typeof(Delegate)) || definition.IsAssignableTo(typeof(Exception))
            || Array.Exists(s_left, name => definition.FullName!.StartsWith(name, StringComparison.Ordinal)) || Closed(definition) is not { } type)
        {
            yield break;
        }

        foreach (MemberInfo member in type.GetMembers(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly).Where(static member => member.MemberType is MemberTypes.Field or MemberTypes.Property))
        {
            if (TryMake(() => member is FieldInfo field ? field.GetValue(null) : ((PropertyInfo)member).GetIndexParameters().Length == 0 ? ((PropertyInfo)member).GetValue(null) : null) is { } held && type.IsInstanceOfType(held))
            {
                yield return (member.Name, held);
            }
        }

        if (type.IsAbstract)
        {
            yield break;
        }

        foreach (ConstructorInfo constructor in type.GetConstructors().Where(static constructor => constructor.GetParameters().Length <= MostParameters).OrderBy(static constructor => constructor.GetParameters().Length).Take(MostConstructors))
        {
            foreach (string text in constructor.GetParameters().Any(static parameter => parameter.ParameterType == typeof(string)) ? s_texts : s_texts[..1])
            {
                if (TryMake(() => Filled(constructor.Invoke([.. constructor.GetParameters().Select(parameter => ValueOf(parameter.ParameterType, text))]))) is { } made)
                {
                    yield return ($"new({string.Join(", ", constructor.GetParameters().Select(static parameter => parameter.ParameterType.Name))}) of '{text}'", made);
                    break;
                }
            }
        }
    }

    private static Type? Closed(Type definition)
    {
        try
        {
            return !definition.IsGenericTypeDefinition ? definition : definition.MakeGenericType([.. definition.GetGenericArguments().Select(static (_, index) => index == 0 ? typeof(string) : typeof(int))]);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static object? TryMake(Func<object?> make)
    {
        try
        {
            return make();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return null;
        }
    }

    /// <summary>With properties that are not what they are by default.</summary>
    private static object Filled(object value)
    {
        foreach (PropertyInfo property in value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(static property => property is { SetMethod.IsPublic: true } && property.GetIndexParameters().Length == 0))
        {
            foreach (string text in property.PropertyType == typeof(string) ? s_texts[1..3] : s_texts[..1])
            {
                if (TryMake(() =>
                {
                    property.SetValue(value, ValueOf(property.PropertyType, text));
                    return value;
                }) is not null)
                {
                    break;
                }
            }
        }

        if (value is System.Collections.IList { IsFixedSize: false, IsReadOnly: false } list)
        {
            TryMake(() => list.Add("an object"));
        }

        return value;
    }

    private static object? ValueOf(Type type, string text) =>
        type == typeof(string) ? text
        : s_values.TryGetValue(type, out object? value) ? value
        : type.IsEnum ? type.GetEnumValues().Cast<object>().LastOrDefault()
        : Nullable.GetUnderlyingType(type) is { } inner ? ValueOf(inner, text)
        : s_values.Values.FirstOrDefault(type.IsInstanceOfType) ?? throw new NotSupportedException();
}
