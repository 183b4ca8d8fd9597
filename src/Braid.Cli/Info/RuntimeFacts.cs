using System.Reflection;
using System.Runtime.InteropServices;

namespace Braid.Cli;

/// <summary>.NET and the system below it.</summary>
internal sealed record RuntimeFacts(string Version, string Identifier, string Architecture, string System, string Kernel)
{
    public static RuntimeFacts Read(Func<string, string?> read) => new(
        RuntimeInformation.FrameworkDescription,
        RuntimeInformation.RuntimeIdentifier,
        RuntimeInformation.ProcessArchitecture.ToString(),
        RuntimeInformation.OSDescription,
        read("/proc/sys/kernel/osrelease") is { } release ? $"Linux {release.Trim()}" : Environment.OSVersion.VersionString);

    public static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? assembly.GetName().Version!.ToString();
}
