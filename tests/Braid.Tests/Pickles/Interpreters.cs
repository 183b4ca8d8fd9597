using System.Diagnostics;

namespace Braid.Tests;

/// <summary>Every CPython of the machine: those that the path has, and those that pyenv keeps.</summary>
internal static class Interpreters
{
    private static readonly Lazy<Task<IReadOnlyList<Interpreter>>> s_all = new(Find);

    /// <summary>All of them, or the test is skipped.</summary>
    public static async Task<IReadOnlyList<Interpreter>> All()
    {
        IReadOnlyList<Interpreter> all = await s_all.Value;
        Assert.SkipWhen(all.Count == 0, "There is no Python 3 on the path, and none of pyenv's.");
        return all;
    }

    private static async Task<IReadOnlyList<Interpreter>> Find()
    {
        var found = new Dictionary<string, Interpreter>();
        foreach (string candidate in await Candidates())
        {
            const string Ask = "import os, sys; print(os.path.realpath(sys.executable)); print('%d.%d.%d' % sys.version_info[:3])";
            if (await Interpreter.Output(candidate, ["-c", Ask]) is { } answer && answer.Split('\n') is [var path, var version])
            {
                found.TryAdd(path, new Interpreter(path, version));
            }
        }

        return [.. found.Values];
    }

    private static async Task<string[]> Candidates()
    {
        IEnumerable<string> path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(Directory.Exists);
        string?[] roots =
        [
            Environment.GetEnvironmentVariable("PYENV_ROOT"),
            await Interpreter.Output("pyenv", ["root"]),
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pyenv"),
        ];
        IEnumerable<string> versions = roots.OfType<string>().Distinct()
            .Select(static root => Path.Combine(root, "versions")).Where(Directory.Exists)
            .SelectMany(Directory.GetDirectories).Select(static version => Path.Combine(version, "bin"));
        return [.. path.Concat(versions).Select(static folder => Path.Combine(folder, "python3")).Where(File.Exists).Distinct()];
    }
}

/// <summary>One CPython.</summary>
internal sealed record Interpreter(string Path, string Version)
{
    /// <summary>Runs one of the functions of values.py.</summary>
    public Task<string> Values(string function, IEnumerable<string>? input = null) =>
        Run([System.IO.Path.Combine(Repository.Root, "tests", "Braid.Tests", "Pickles", "values.py"), function], input);

    public async Task<string> Run(string[] arguments, IEnumerable<string>? input = null)
    {
        (int code, string output, string error) = await Run(Path, arguments, input);
        Assert.True(code == 0, $"Python {Version} ended with {code}: {error}");
        return output;
    }

    /// <summary>What a program prints; null when it is not there or fails.</summary>
    public static async Task<string?> Output(string program, string[] arguments)
    {
        try
        {
            (int code, string output, string _) = await Run(program, arguments, null);
            return code == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static async Task<(int Code, string Output, string Error)> Run(string program, string[] arguments, IEnumerable<string>? input)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["PYTHONIOENCODING"] = "utf-8" },
            },
        };
        process.Start();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            foreach (string line in input ?? [])
            {
                await process.StandardInput.WriteLineAsync(line);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read all: its exit code and its error say why.
        }

        await process.WaitForExitAsync();
        return (process.ExitCode, (await output).TrimEnd('\n'), await error);
    }
}
