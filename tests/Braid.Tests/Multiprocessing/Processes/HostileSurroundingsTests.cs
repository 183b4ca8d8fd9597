namespace Braid.Tests;

/// <summary>Programs in bad surroundings: their processes start anyway, or they are told why not.</summary>
public sealed class HostileSurroundingsTests : TimedTest
{
    [Theory]
    [InlineData("deleted-folder", "42")]
    [InlineData("no-standard-descriptors", "42 untouched")]
    [InlineData("reaper", "42, ended, alive: False")]
    [InlineData("reaper-and-kill", "begun 1, killed -9 Killed, exits 7")]
    [InlineData("children-ignored", "begun 1, killed -9 Killed, exits 7")]
    [InlineData("no-child-wait", "begun 1, killed -9 Killed, exits 7")]
    [InlineData("no-descriptors", "WorkerStartException, then 42")]
    [InlineData("few-descriptors", "WorkerStartException, then 42")]
    [InlineData("end-without-descriptors", "killed -9, then 42")]
    [InlineData("lock-without-descriptors", "held, held, then abandoned")]
    [InlineData("span-without-descriptors", "written")]
    [InlineData("leaked-descriptor", "not inherited")]
    public async Task A_process_starts_in(string scenario, string told)
    {
        string file = Path.GetTempFileName();
        try
        {
            using var program = new ChildProgram(scenario, start => start.Environment["BRAID_TEST_FILE"] = file);
            (int code, _, string error) = await program.End(Cancellation);
            Assert.Equal((told, 0, ""), (File.ReadAllText(file), code, error));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_start_up_hook_of_the_user_runs_in_workers_too_and_programs_started_there_are_no_workers()
    {
        using var program = new ChildProgram("user-hook", static start => start.Environment["DOTNET_STARTUP_HOOKS"] = ChildProgram.File);
        (int code, string output, string error) = await program.End(Cancellation);
        Assert.Equal(($"here: hook ran\nthere: hook ran, DOTNET_STARTUP_HOOKS={ChildProgram.File}, BRAID_WORKER=, DOTNET_EnableDiagnostics=\nin a shell: {ChildProgram.File}\n", 0, ""), (output, code, error));
    }

    [Fact]
    public async Task Without_start_up_hooks_a_process_is_refused_at_once()
    {
        string output = await RunWith(static settings => settings.Replace("\"System.StartupHookProvider.IsSupported\": true", "\"System.StartupHookProvider.IsSupported\": false", StringComparison.Ordinal));
        Assert.StartsWith("WorkerStartException: This program has switched start-up hooks off", output, StringComparison.Ordinal);
        Assert.Contains("<TrimMode>partial</TrimMode>", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_native_program_a_process_is_refused_at_once()
    {
        string output = await RunWith(static settings => settings.Replace("\"configProperties\": {", "\"configProperties\": { \"System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported\": false,", StringComparison.Ordinal));
        Assert.StartsWith("WorkerStartException: This program was compiled natively", output, StringComparison.Ordinal);
    }

    /// <summary>Runs the program with other settings of the runtime.</summary>
    private static async Task<string> RunWith(Func<string, string> change)
    {
        string settings = Path.Combine(Path.GetTempPath(), $"braid-{Guid.NewGuid():N}.json");
        string usual = await File.ReadAllTextAsync(Path.ChangeExtension(ChildProgram.File, "runtimeconfig.json"), Cancellation);
        string changed = change(usual);
        Assert.NotEqual(usual, changed);
        await File.WriteAllTextAsync(settings, changed, Cancellation);
        using var program = new ChildProgram("no-hooks", start =>
        {
            int file = start.ArgumentList.IndexOf(ChildProgram.File);
            start.ArgumentList.Insert(file, settings);
            start.ArgumentList.Insert(file, "--runtimeconfig");
            start.ArgumentList.Insert(file, "exec");
        });
        (int code, string output, _) = await program.End(Cancellation);
        Assert.Equal(0, code);
        File.Delete(settings);
        return output;
    }

    [Theory]
    [InlineData("TMPDIR", "/nowhere")]
    [InlineData("DOTNET_EnableDiagnostics", "1")]
    [InlineData("DOTNET_gcServer", "1")]
    [InlineData("DOTNET_PROCESSOR_COUNT", "1")]
    public async Task The_environment_may_be_odd(string name, string value)
    {
        using var program = new ChildProgram("processes-idle", start => start.Environment[name] = value);
        Assert.Equal("ready", await program.ReadLine(Cancellation));
        await program.WriteLine("end", Cancellation);
        Assert.Equal((0, "", ""), await program.End(Cancellation));
    }
}
