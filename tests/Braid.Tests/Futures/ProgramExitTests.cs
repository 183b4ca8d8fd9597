using System.Diagnostics;
using System.Reflection;

namespace Braid.Tests;

/// <summary>What was submitted is done before a program ends, though its executor was not shut down.</summary>
public sealed class ProgramExitTests : TimedTest
{
    [Theory]
    [InlineData("return", 0)]
    [InlineData("shutdown-without-waiting", 0)]
    [InlineData("exit-in-main", 7)]
    [InlineData("exit-in-a-call", 7)]
    [InlineData("failing-call", 0)]
    public async Task All_submitted_work_is_done_before_the_program_ends(string way, int exitCode)
    {
        (int code, string[] lines) = await Run(way);
        Assert.Equal(Enumerable.Repeat("work", 6), lines);
        Assert.Equal(exitCode, code);
    }

    [Fact]
    public async Task A_submit_while_the_program_ends_is_refused()
    {
        (int code, string[] lines) = await Run("submit-while-ending");
        Assert.StartsWith("Cannot submit a call: ", Assert.Single(lines), StringComparison.Ordinal);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task Idle_workers_do_not_keep_the_program_alive()
    {
        (int code, string[] lines) = await Run("idle");
        Assert.Equal("work", Assert.Single(lines));
        Assert.Equal(0, code);
    }

    [Theory]
    [InlineData("daemon-return", 0)]
    [InlineData("daemon-exit", 7)]
    public async Task A_daemon_executor_does_not_hold_the_program_up(string way, int exitCode)
    {
        (int code, string[] lines) = await Run(way);
        Assert.Equal(["began"], lines);
        Assert.Equal(exitCode, code);
    }

    /// <summary>In optimized code, beside collections one after the other: where an object may be finalized before its method has returned.</summary>
    [Fact]
    public async Task An_unreferenced_executor_runs_its_submitted_calls()
    {
        (int code, string[] lines) = await Run("unkept", ("DOTNET_TieredCompilation", "0"));
        Assert.Equal("500 done", Assert.Single(lines));
        Assert.Equal(0, code);
    }

    private static async Task<(int Code, string[] Lines)> Run(string way, params (string Name, string Value)[] environment)
    {
        string program = typeof(ProgramExitTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "ExitWorker").Value!;
        var start = new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet", [program, way])
        {
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
