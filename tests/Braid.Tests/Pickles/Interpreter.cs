using System.Diagnostics;

namespace Braid.Tests;

/// <summary>One of <see cref="Pythons"/>, for programs that get much input.</summary>
internal sealed record Interpreter(string Path, Version Version)
{
    /// <summary>All of them, or the test is skipped.</summary>
    public static async Task<IReadOnlyList<Interpreter>> All()
    {
        List<Interpreter> all = [];
        foreach (string path in Pythons.All)
        {
            all.Add(new Interpreter(path, await Pythons.VersionOf(path)));
        }

        return all;
    }

    /// <summary>Runs one of the functions of values.py.</summary>
    public Task<string> Values(string function, IEnumerable<string>? input = null) =>
        Run([System.IO.Path.Combine(Repository.Root, "tests", "Braid.Tests", "Pickles", "values.py"), function], input);

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed, without the last line end.</returns>
    public async Task<string> Run(string[] arguments, IEnumerable<string>? input = null)
    {
        (int code, string output, string error) = await RunToEnd(arguments, input);
        Assert.True(code == 0, $"Python {Version} ended with {code}: {error}");
        return output;
    }

    public async Task<bool> Has(string module) => (await RunToEnd(["-c", $"import {module}"], null)).Code == 0;

    private async Task<(int Code, string Output, string Error)> RunToEnd(string[] arguments, IEnumerable<string>? input)
    {
        using Process process = Process.Start(new ProcessStartInfo(Path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PYTHONIOENCODING"] = "utf-8" },
        })!;
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
