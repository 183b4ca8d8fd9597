using System.Collections.Concurrent;

namespace Braid.Multiprocessing;

/// <summary>The names of types, made once each.</summary>
internal static class TypeName
{
    private static readonly ConcurrentDictionary<Type, byte[]> s_names = new();

    /// <exception cref="PayloadException">Other processes cannot find the type.</exception>
    public static byte[] Of(Type type) => s_names.TryGetValue(type, out byte[]? name) ? name : s_names.GetOrAdd(type, Make(type));

    private static byte[] Make(Type type)
    {
        var builder = new NameBuilder();
        builder.Add(type);
        return builder.ToName(NameKind.Type, BuildStamp.Compute(type));
    }
}
