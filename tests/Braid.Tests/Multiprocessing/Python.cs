using System.Diagnostics;

namespace Braid.Tests;

/// <summary>A Python 3 beside the tests: the other side of what both can read. A test that needs it is skipped where there is none.</summary>
internal sealed class Python : IDisposable
{
    private const string Usual = "python3";

    private static readonly Lazy<string?> s_missing = new(Probe);

    private readonly Process _process;

    private Python(string interpreter, string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(interpreter, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed, without the last line end.</returns>
    public static async Task<string> Run(string program, params string[] arguments)
    {
        using Python python = Start(program, arguments);
        return await python.End();
    }

    public static Python Start(string program, params string[] arguments) => StartAny(["-c", program, .. arguments]);

    /// <summary>As <see cref="Run"/>, on a certain interpreter.</summary>
    public static async Task<string> RunOn(string interpreter, string program, params string[] arguments)
    {
        using Python python = StartOn(interpreter, program, arguments);
        return await python.End();
    }

    public static Python StartOn(string interpreter, string program, params string[] arguments) =>
        interpreter == Usual ? Start(program, arguments) : new Python(interpreter, ["-c", program, .. arguments]);

    /// <summary>Starts a program that is a file, on a certain interpreter.</summary>
    public static Python StartFileOn(string interpreter, string path, params string[] arguments) =>
        interpreter == Usual ? StartAny([path, .. arguments]) : new Python(interpreter, [path, .. arguments]);

    /// <summary>Runs a program that is a file to its end.</summary>
    /// <returns>What it printed, without the last line end.</returns>
    public static async Task<string> RunFile(string path)
    {
        using Python python = StartAny([path]);
        return await python.End();
    }

    public async Task<string?> ReadLine() => await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);

    public async Task WriteLine(string line)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), TestContext.Current.CancellationToken);
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    public async Task<string> End()
    {
        _process.StandardInput.Close();
        Task<string> error = _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(_process.ExitCode == 0, await error);
        return output.TrimEnd('\n');
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>Skips the test where there is no Python.</summary>
    public static void SkipUnlessHere() => Assert.SkipWhen(s_missing.Value is not null, $"Python 3 is not here: {s_missing.Value}");

    private static Python StartAny(string[] arguments)
    {
        SkipUnlessHere();
        return new Python(Usual, arguments);
    }

    private static string? Probe()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("python3", ["-c", "import multiprocessing.shared_memory"]))!;
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"exit code {process.ExitCode}";
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return error.Message;
        }
    }
}
