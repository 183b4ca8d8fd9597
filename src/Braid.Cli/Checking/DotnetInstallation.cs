using System.Runtime.InteropServices;

namespace Braid.Cli;

/// <summary>
/// The installation around the runtime that this program runs on: the SDK's compiler, and the assemblies to compile against.
/// </summary>
internal static class DotnetInstallation
{
    // shared/Microsoft.NETCore.App/VERSION/ is three folders below.
    private static readonly string s_root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>The <c>dotnet</c> command.</summary>
    public static string Host =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : File.Exists(OwnHost) ? OwnHost : "dotnet";

    /// <summary>The newest SDK's <c>csc.dll</c>; null if there is no SDK.</summary>
    public static string? FindCompiler() => Newest(Path.Combine(s_root, "sdk"), "*", Path.Combine("Roslyn", "bincore", "csc.dll"));

    /// <summary>The folder of the reference assemblies of this runtime's version; null if it is not installed.</summary>
    public static string? FindReferences() => Newest(
        Path.Combine(s_root, "packs", "Microsoft.NETCore.App.Ref"),
        $"{Environment.Version.Major}.*",
        Path.Combine("ref", $"net{Environment.Version.Major}.0"));

    private static string OwnHost => Path.Combine(s_root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");

    private static string? Newest(string folder, string pattern, string inner) => !Directory.Exists(folder) ? null :
        Directory.EnumerateDirectories(folder, pattern)
            .OrderByDescending(
                static version => Version.TryParse(Path.GetFileName(version).Split('-')[0], out Version? number) ? number : new Version())
            .Select(version => Path.Combine(version, inner))
            .FirstOrDefault(Path.Exists);
}
