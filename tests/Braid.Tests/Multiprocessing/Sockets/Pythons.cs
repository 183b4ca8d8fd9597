using System.Collections.Concurrent;
using System.Diagnostics;

namespace Braid.Tests;

/// <summary>The CPython interpreters of the machine: those on the path, and those that pyenv has.</summary>
internal static class Pythons
{
    private static readonly ConcurrentDictionary<string, Task<string>> s_versions = new();

    /// <summary>What to start. Where there is none at all, the one name on which a test is skipped.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Found().DefaultIfEmpty("python3")];

    /// <summary>Whether it knows the handshake by MD5 alone.</summary>
    public static async Task<bool> IsLegacy(string interpreter) => await VersionOf(interpreter) < new Version(3, 12);

    /// <summary>Its version, as 3.11.</summary>
    public static async Task<Version> VersionOf(string interpreter) => Version.Parse(await s_versions.GetOrAdd(
        interpreter, static one => Python.RunOn(one, "import sys; print('%d.%d' % sys.version_info[:2])")));

    private static IEnumerable<string> Found()
    {
        string? root = Environment.GetEnvironmentVariable("PYENV_ROOT") is { Length: > 0 } set ? set : Ask("pyenv", "root")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pyenv");
        string versions = Path.Combine(root, "versions");
        IEnumerable<string> ofPyenv = Directory.Exists(versions)
            ? Directory.EnumerateDirectories(versions).Select(static one => Path.Combine(one, "bin", "python3")).Where(File.Exists).Order(StringComparer.Ordinal)
            : [];
        IEnumerable<string> onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(static folder => Path.Combine(folder, "python3")).Where(File.Exists)
            .Select(static one => Ask(one, "-c", "import os, sys; print(os.path.realpath(os.path.dirname(sys.executable)) + '/python3')"))
            .OfType<string>();
        return ofPyenv.Concat(onPath).Distinct().Where(static one => Ask(one, "-c", "import multiprocessing.connection; print('ok')") == "ok");
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
