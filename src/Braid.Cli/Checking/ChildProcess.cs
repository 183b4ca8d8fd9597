using System.Diagnostics;

namespace Braid.Cli;

/// <summary>Runs another program to completion.</summary>
internal static class ChildProcess
{
    /// <returns>Its exit code and everything it wrote, standard output first.</returns>
    public static (int Code, string Output) Run(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }
}
