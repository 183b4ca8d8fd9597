using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The files without which a worker does not start: the system's libraries, .NET, and the program's own code.</summary>
/// <remarks>
/// Of the program's folder only code is among them: its settings and data may hold what a stranger's code is not to see.
/// </remarks>
internal static class ProgramFiles
{
    private static readonly string[] s_system =
    [
        "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/nix/store",
        "/etc/ld.so.cache", "/etc/dotnet",
        "/usr/share/zoneinfo", "/etc/localtime", "/usr/share/icu",
        "/etc/ssl/openssl.cnf", "/etc/ssl/certs", "/etc/pki/tls/openssl.cnf", "/etc/pki/tls/certs", "/etc/pki/ca-trust/extracted",
        "/dev/urandom", "/dev/random",
        "/proc",                                                  // about processes outside, Landlock decides besides
        "/sys/fs/cgroup", "/sys/devices/system/cpu", "/sys/devices/system/node",
    ];

    private static readonly string[] s_loaders =
    [
        "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1",
    ];

    private static readonly Lazy<IReadOnlyList<string>> s_read = new(FindRead);

    /// <summary>Files and folders to read, if they exist.</summary>
    public static IReadOnlyList<string> Read => s_read.Value;

    /// <summary>Files to execute, if they exist: the program, and what loads it.</summary>
    public static IReadOnlyList<string> Run => [WorkerProgram.CommandLine[0], .. s_loaders];

    private static List<string> FindRead()
    {
        var found = new List<string>(s_system);
        string program = AppContext.BaseDirectory;
        string? dotnet = DotnetFolder();
        if (dotnet is not null)
        {
            found.Add(dotnet);
        }

        IEnumerable<string> listed = ((string[])["TRUSTED_PLATFORM_ASSEMBLIES", "APP_CONTEXT_DEPS_FILES"]).SelectMany(Listed)
            .Concat(((string[])["NATIVE_DLL_SEARCH_DIRECTORIES", "PLATFORM_RESOURCE_ROOTS"]).SelectMany(Listed).Where(
                folder => !IsIn(program, folder)));
        found.AddRange(listed.Where(path => dotnet is null || !IsIn(path, dotnet)));
        found.AddRange(CodeIn(program));
        foreach (string folder in Directory.EnumerateDirectories(program))
        {
            if (Path.GetFileName(folder) == "runtimes")
            {
                found.Add(folder);
            }
            else
            {
                found.AddRange(Directory.EnumerateFiles(folder, "*.resources.dll"));
            }
        }

        return [.. found.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whether a path is a folder or lies below it.</summary>
    private static bool IsIn(string path, string folder) =>
        $"{path.TrimEnd('/')}/".StartsWith($"{folder.TrimEnd('/')}/", StringComparison.Ordinal);

    private static IEnumerable<string> CodeIn(string folder) => Directory.EnumerateFiles(folder).Where(static file =>
        file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".so", StringComparison.Ordinal)
        || file.Contains(".so.", StringComparison.Ordinal) || file.EndsWith(".deps.json", StringComparison.Ordinal)
        || file.EndsWith(".runtimeconfig.json", StringComparison.Ordinal)
        || file.EndsWith(".runtimeconfig.dev.json", StringComparison.Ordinal) || file.EndsWith(".pdb", StringComparison.Ordinal));

    /// <summary>
    /// The folder that holds the host and all shared frameworks; null for a program that comes with its own .NET, which is code of the
    /// program then.
    /// </summary>
    private static string? DotnetFolder()
    {
        string runtime = RuntimeEnvironment.GetRuntimeDirectory().TrimEnd('/');
        string? shared = Path.GetDirectoryName(Path.GetDirectoryName(runtime));
        return shared is not null && Path.GetFileName(shared) == "shared" ? Path.GetDirectoryName(shared) : null;
    }

    private static string[] Listed(string property) =>
        (AppContext.GetData(property) as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}
