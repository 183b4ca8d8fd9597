using System.Text.Json;
using Braid.Cli;

namespace Braid.Tests;

/// <summary>The <c>braid</c> command as a whole.</summary>
public sealed class ToolTests : TimedTest
{
    private static readonly string s_file = typeof(Tool).Assembly.Location;

    [Theory]
    [InlineData("'inof'", "inof")]
    [InlineData("'--jsn'", "info", "--jsn")]
    [InlineData("Required command", new string[0])]
    public void A_mistake_in_the_arguments_is_told_in_one_sentence(string about, params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        Assert.Equal(Tool.UsageMistake, Tool.Run(arguments, output, error));
        Assert.Equal("", output.ToString());
        Assert.Contains(about, error.ToString(), StringComparison.Ordinal);
        Assert.Contains("'braid --help'", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_names_the_commands()
    {
        var output = new StringWriter();
        Assert.Equal(0, Tool.Run(["--help"], output, TextWriter.Null));
        Assert.Contains("braid [command]", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("  info  ", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_tries_everything_and_writes_JSON()
    {
        (int code, string output, string error) = await DotnetRun.Of([s_file, "info", "--json"]);
        Assert.Equal((0, ""), (code, error));
        SystemInfo info = JsonSerializer.Deserialize(output, InfoJson.Default.SystemInfo)!;
        Assert.Equal(Environment.ProcessorCount, info.Processors.Usable);
        Assert.Equal(Probes.All.Select(static probe => probe.Name), info.Checks.Select(static check => check.Name));
        Assert.All(info.Checks, static check => Assert.Equal(check.Works != true, check.Disables is not null));
        if (OperatingSystem.IsLinux())
        {
            Assert.All(info.Checks, static check => Assert.NotNull(check.Works));
            Assert.Contains(info.Checks, static check => check is { Name: "worker process", Works: true });
        }
    }

    [Fact]
    public async Task What_goes_into_a_pipe_has_no_colours_and_a_line_for_each_finding()
    {
        (int code, string output, string error) = await DotnetRun.Of([s_file, "info"]);
        Assert.Equal((0, ""), (code, error));
        Assert.DoesNotContain('\e', output);
        Assert.All(Probes.All, probe => Assert.Single(output.Split('\n'), line => line.StartsWith($"{probe.Name} ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_page_about_the_tool_shows_all_that_is_tried()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "cli.md"), Cancellation);
        Assert.All(Probes.All, probe => Assert.Contains($"\n{probe.Name} ", page, StringComparison.Ordinal));
    }
}
