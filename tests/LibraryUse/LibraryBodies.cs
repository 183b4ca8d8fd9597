using System.Reflection;

namespace LibraryUse;

/// <summary>All correct uses of libraries here.</summary>
public static class LibraryBodies
{
    public static IReadOnlyList<MethodInfo> All { get; } =
    [
        .. new[] { typeof(Containers), typeof(Logs), typeof(Caches), typeof(Others) }
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)),
    ];
}
