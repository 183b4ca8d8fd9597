namespace Braid.Cli;

/// <summary>What the SDK and Braid's package add to every program: namespaces that need no <c>using</c>.</summary>
internal static class ImplicitSource
{
    private static readonly string[] s_namespaces =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading",
        "System.Threading.Tasks",
    ];

    /// <summary>The modules that have Python's names; the same as in Braid.targets.</summary>
    public static IReadOnlyList<string> Modules { get; } = ["Threading", "Queues", "Futures", "Multiprocessing", "AsyncIO"];

    public static string For(SourceFile source)
    {
        IEnumerable<string> usings = s_namespaces.Select(static name => $"global using global::{name};");
        IEnumerable<string> aliases = Modules.Select(static name => $"global using {name} = global::Braid.{name};");
        string version = $"v{Environment.Version.Major}.0";
        string target = $"[assembly: System.Runtime.Versioning.TargetFramework(\".NETCoreApp,Version={version}\")]";
        return string.Join('\n', [.. usings, .. source.UsesBraid ? aliases : [], target, ""]);
    }
}
