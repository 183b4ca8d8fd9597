using System.Diagnostics;

namespace Braid.Tests;

/// <summary>Runs the tool as a program, with a place of its own for what it compiles.</summary>
public sealed class CheckedPrograms : IDisposable
{
    private static readonly string s_tool = typeof(Braid.Cli.Tool).Assembly.Location;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("braid-checks-");

    public static string Sample(string name) => Path.Combine(Repository.Root, "samples", "checks", $"{name}.cs");

    /// <summary>Writes a program.</summary>
    /// <returns>Its file.</returns>
    public string Place(string name, string text)
    {
        string file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>Copies what a project of tests was built into, so that what is kept beside it stays with these tests.</summary>
    /// <returns>Its assembly.</returns>
    public string Copy(string project, string into = "")
    {
        string built = ChildProgram.TestProject(project);
        string folder = Path.Combine(_folder.FullName, $"{project}{into}");
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(built)!).Where(static file => !file.EndsWith(".schedules", StringComparison.Ordinal)))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }
        }

        return Path.Combine(folder, Path.GetFileName(built));
    }

    public Task<(int Code, string Output, string Error)> Run(params string[] arguments) =>
        DotnetRun.Of([s_tool, .. arguments], start => start.Environment["XDG_DATA_HOME"] = _folder.FullName);

    /// <summary>The tool, which goes on; the caller reads what it writes, and ends it.</summary>
    public Process Start(params string[] arguments)
    {
        ProcessStartInfo start = DotnetRun.WithItsSignals([s_tool, .. arguments]);
        start.RedirectStandardOutput = true;
        start.Environment["XDG_DATA_HOME"] = _folder.FullName;
        return Process.Start(start)!;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
