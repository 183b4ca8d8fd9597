using System.Diagnostics;
using System.Reflection;

namespace Braid.Tests;

/// <summary>A run of a program: of TestWorker, for what only the end of a program shows, or of a sample.</summary>
public sealed class ChildProgram : IDisposable
{
    /// <summary>The file of TestWorker.</summary>
    public static readonly string File = Metadata("TestWorker");

    private readonly Process _process;
    private readonly Task<string> _error;
    private volatile string _errorSoFar = "";   // written by the task above

    /// <param name="scenario">What TestWorker does.</param>
    /// <param name="prepare">Changes how it is started.</param>
    public ChildProgram(string scenario, Action<ProcessStartInfo>? prepare = null)
        : this([File, scenario], prepare)
    {
    }

    private ChildProgram(string[] arguments, Action<ProcessStartInfo>? prepare = null)
    {
        var start = DotnetRun.WithItsSignals(arguments);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        prepare?.Invoke(start);
        _process = Process.Start(start)!;
        _error = ReadError();
    }

    public int Id => _process.Id;

    /// <summary>What it has written to standard error.</summary>
    public string ErrorSoFar => _errorSoFar;

    /// <summary>Starts the sample of this name, as the build of SamplePrograms has compiled it. It sees two processors and no country's way to write numbers.</summary>
    public static ChildProgram OfSample(string name, Action<ProcessStartInfo>? prepare = null) => new([SampleFile(name)], start =>
    {
        start.Environment["DOTNET_PROCESSOR_COUNT"] = "2";
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        prepare?.Invoke(start);
    });

    /// <summary>The assembly of a project of tests/TestProjects.</summary>
    public static string TestProject(string name) => Metadata("TestProjects").Replace("*", name, StringComparison.Ordinal);

    /// <summary>The assembly of the sample of this name.</summary>
    public static string SampleFile(string name) => Path.Combine(Metadata("SamplePrograms"), $"{name}.dll");

    /// <summary>Its next line of output; null when it has ended.</summary>
    public async Task<string?> ReadLine(CancellationToken token) => await _process.StandardOutput.ReadLineAsync(token);

    public async Task WriteLine(string line, CancellationToken token)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), token);
        await _process.StandardInput.FlushAsync(token);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code, the rest of its output, and what it wrote to standard error.</returns>
    public async Task<(int Code, string Output, string Error)> End(CancellationToken token)
    {
        string output = await _process.StandardOutput.ReadToEndAsync(token);
        await _process.WaitForExitAsync(token);
        return (_process.ExitCode, output, await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<string> ReadError()
    {
        char[] buffer = new char[1024];
        int count;
        while ((count = await _process.StandardError.ReadAsync(buffer)) > 0)
        {
            _errorSoFar += new string(buffer, 0, count);
        }

        return _errorSoFar;
    }

    private static string Metadata(string key) => typeof(ChildProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(item => item.Key == key).Value!;
}
