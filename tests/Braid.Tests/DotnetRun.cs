using System.Diagnostics;

namespace Braid.Tests;

/// <summary>Runs of the dotnet command. One that does not end in time is killed with all it has started, and fails its test.</summary>
internal static class DotnetRun
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(5);

    /// <summary>The program that runs those of .NET.</summary>
    public static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>A run whose signals do what they do by default: a shell has programs that it starts in the background ignore some, and they hand that on to their children.</summary>
    public static ProcessStartInfo WithItsSignals(IEnumerable<string> arguments) => new("env", ["--default-signal=HUP,INT,QUIT", Host, .. arguments]);

    /// <returns>What it wrote to standard output.</returns>
    public static async Task<string> Succeeds(IEnumerable<string> arguments, Action<ProcessStartInfo>? prepare = null)
    {
        (int code, string output, string error) = await Of(arguments, prepare);
        Assert.True(code == 0, $"dotnet {string.Join(' ', arguments)} ended with {code}:\n{output}\n{error}");
        return output;
    }

    public static Task<(int Code, string Output, string Error)> Of(IEnumerable<string> arguments, Action<ProcessStartInfo>? prepare = null) =>
        Of(Host, arguments, prepare);

    /// <summary>The same for another program.</summary>
    public static async Task<(int Code, string Output, string Error)> Of(string program, IEnumerable<string> arguments, Action<ProcessStartInfo>? prepare = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        prepare?.Invoke(start);
        using Process process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(s_deadline);
        process.StandardInput.Close();
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(deadline.Token);
            string output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
