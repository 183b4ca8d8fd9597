using System.Reflection;

namespace Braid.Tests;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    private static readonly string[] s_built = ["artifacts", "bin", "obj", ".git"];

    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "BraidRoot").Value!;

    /// <summary>The files of the sources, without what is built of them.</summary>
    /// <param name="pattern">Which names.</param>
    /// <param name="folder">Where to look, from the root; everywhere by default.</param>
    public static IEnumerable<string> Files(string pattern, string folder = "") =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar).Any(s_built.Contains))
            .Order(StringComparer.Ordinal);
}
