using System.Collections.Concurrent;
using System.Diagnostics;

namespace Braid.Tests;

/// <summary>The CPython interpreters of the machine: the one on the path, and those that pyenv has.</summary>
internal static class Pythons
{
    private static readonly ConcurrentDictionary<string, Task<string>> s_versions = new();

    /// <summary>What to start. Where there is none at all, the one name on which a test is skipped.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Found().DefaultIfEmpty("python3")];

    /// <summary>Whether it knows the handshake by MD5 alone.</summary>
    public static async Task<bool> IsLegacy(string interpreter) =>
        Version.Parse(await s_versions.GetOrAdd(interpreter, static one => Python.RunOn(one, "import sys; print('%d.%d' % sys.version_info[:2])"))) < new Version(3, 12);

    private static IEnumerable<string> Found()
    {
        string? root = Environment.GetEnvironmentVariable("PYENV_ROOT") is { Length: > 0 } set ? set : Ask("pyenv", "root")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pyenv");
        string versions = Path.Combine(root, "versions");
        IEnumerable<string> ofPyenv = Directory.Exists(versions)
            ? Directory.EnumerateDirectories(versions).Select(static one => Path.Combine(one, "bin", "python3")).Where(File.Exists).Order(StringComparer.Ordinal)
            : [];
        string? onPath = Ask("python3", "-c", "import sys; print(sys.executable)");
        return ofPyenv.Concat(onPath is null ? [] : [onPath]).Distinct().Where(static one => Ask(one, "-c", "import multiprocessing.connection; print('ok')") == "ok");
    }

    /// <returns>What it prints; null if it is not there, or fails.</returns>
    private static string? Ask(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
