using System.Diagnostics;
using System.Text.RegularExpressions;
using Braid.Cli;

namespace Braid.Tests;

/// <summary><c>braid check</c> and <c>braid replay</c> as programs: what they find in the samples, what they print, and what they return.</summary>
public sealed partial class CheckProgramTests(CheckedPrograms programs) : TimedTest(TimeSpan.FromMinutes(10)), IClassFixture<CheckedPrograms>
{
    private const string TwoMarked = """
        #:package Braid.Checking
        using Braid.Checking;

        internal static class Checks
        {
            private static int s_number;

            [Check]
            public static void Faulty()
            {
                Console.WriteLine("the program speaks");
                var thread = new Thread(() => s_number++);
                thread.Start();
                s_number++;
                thread.Join();
            }

            [Check]
            public static void Sound()
            {
                var thread = new Thread(() => Console.Error.WriteLine("the program complains"));
                thread.Start();
                thread.Join();
            }

            private static void Main()
            {
            }
        }
        """;

    [Theory]
    [InlineData("lost_update", "lost update: ")]
    [InlineData("deadlock", "deadlock: ")]
    [InlineData("lost_wakeup", "lost wake-up: ")]
    [InlineData("double_checked", "assertion failed: ")]
    [InlineData("two_steps", "lost update: ")]
    [InlineData("async_update", "lost update: ")]
    [InlineData("factory_twice", "assertion failed: ")]
    [InlineData("braid_condition", "unhandled exception: ")]
    public async Task A_sample_shows_its_fault_and_shows_it_again_and_its_mended_twin_shows_none(string name, string verdict)
    {
        string file = CheckedPrograms.Sample(name);
        (int code, string output, string error) = await programs.Run("check", file);
        Assert.Equal((1, ""), (code, error));
        Assert.StartsWith(verdict, output, StringComparison.Ordinal);

        Match command = Command().Match(output);
        Assert.Equal(file, command.Groups["file"].Value);
        (int codeAgain, string outputAgain, _) = await programs.Run("replay", command.Groups["schedule"].Value, file);
        Assert.Equal((1, FirstLine(output)), (codeAgain, FirstLine(outputAgain)));

        (int codeMended, string outputMended, string errorMended) = await programs.Run("check", file, "--method", "Mended", "--time", "2s");
        Assert.Equal((0, ""), (codeMended, errorMended));
        Assert.StartsWith("passed: ", outputMended, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_sample_is_checked_here() => Assert.Equal(
        Repository.Files("*.cs", "samples/checks").Select(static file => Path.GetFileNameWithoutExtension(file)).Order(),
        typeof(CheckProgramTests).GetMethod(nameof(A_sample_shows_its_fault_and_shows_it_again_and_its_mended_twin_shows_none))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Cast<InlineDataAttribute>().Select(static row => (string)row.Data[0]!).Order());

    [Fact]
    public async Task A_program_with_one_thread_is_no_pass()
    {
        (int code, string output, _) = await programs.Run("check", programs.Place("alone.cs", "lock (new object()) { }\n"));
        Assert.Equal(4, code);
        Assert.StartsWith("nothing checked: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_assembly_that_was_built_elsewhere_is_checked_as_it_is()
    {
        (int code, string output, _) = await programs.Run("check", ChildProgram.SampleFile("lost_update"));
        Assert.Equal(1, code);
        Assert.StartsWith("lost update: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Marked_methods_are_checked_one_after_the_other_and_the_program_is_heard_in_the_reported_run_alone()
    {
        string file = programs.Place("two marked.cs", TwoMarked);
        (int code, string output, string error) = await programs.Run("check", file);
        Assert.Equal((1, ""), (code, error));
        Assert.StartsWith("Checks.Faulty:\nlost update: ", output, StringComparison.Ordinal);
        Assert.Contains("\n\nChecks.Sound:\npassed: ", output, StringComparison.Ordinal);
        Assert.Equal(2, output.Split("the program speaks").Length);
        Match command = Command().Match(output);
        Assert.Equal($"\"{file}\" --method Checks.Faulty", command.Groups["file"].Value);

        (int codeOfReplay, string outputOfReplay, _) = await programs.Run("replay", command.Groups["schedule"].Value, file, "--method", "Faulty");
        Assert.Equal(1, codeOfReplay);
        Assert.StartsWith("lost update: ", outputOfReplay, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_files_are_checked_one_after_the_other_and_summed_up()
    {
        string marked = programs.Place("several.cs", TwoMarked);
        string sample = CheckedPrograms.Sample("deadlock");
        (int code, string output, string error) = await programs.Run("check", marked, "nowhere.cs", sample, "--method", "S*nd", "--method", "Mended");
        Assert.Equal(2, code);
        Assert.Contains("There is no file ", error, StringComparison.Ordinal);
        Assert.StartsWith($"{marked}: Checks.Sound:\npassed: ", output, StringComparison.Ordinal);
        Assert.EndsWith("\n\n2 checks: passed: 2\n", output, StringComparison.Ordinal);

        (code, output, error) = await programs.Run("check", marked, sample);
        Assert.Equal((1, ""), (code, error));
        Assert.Contains($"\n\n3 checks: ", output, StringComparison.Ordinal);
        Assert.Contains($"\n  {marked}: Checks.Faulty: lost update\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("  " + marked + ": Checks.Sound: ", output, StringComparison.Ordinal);

        (code, _, error) = await programs.Run("check", marked, sample, "--method", "Sound", "--method", "Nothing*");
        Assert.Equal(2, code);
        Assert.Contains("None of the 2 files has a method Nothing*.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_ends_a_search_with_what_was_searched()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A process cannot send Ctrl-C to another one alone.");
        string file = programs.Place("endless_search.cs", """
            object gate = new();
            Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() => { for (int i = 0; i < 20; i++) { lock (gate) { } } }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            """);
        using Process search = programs.Start("check", file, CheckedPrograms.Sample("deadlock"), "--time", "1h");
        try
        {
            // Its first line says that the search begins; what it does then can be interrupted at any time.
            string? first = await search.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.EndsWith("Main:", first, StringComparison.Ordinal);
            (int killed, _, string killError) = await DotnetRun.Of("kill", ["-INT", $"{search.Id}"]);
            Assert.True(killed == 0, killError);
            string rest = await search.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await search.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(130, search.ExitCode);
            Assert.StartsWith("interrupted: the search was stopped before its end; until then no fault was found\n", rest, StringComparison.Ordinal);
            Assert.Contains("covers: ", rest, StringComparison.Ordinal);
            Assert.DoesNotContain("deadlock", rest, StringComparison.Ordinal);
        }
        finally
        {
            search.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task A_replay_needs_one_method()
    {
        (int code, string output, string error) = await programs.Run("replay", "b1.AAAA", programs.Place("two_marked.cs", TwoMarked));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("Name it with --method: Checks.Faulty, Checks.Sound.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello", "This is no replay string")]
    [InlineData("b1.BHYVxKQf7IpBBXWBhaYKF23", "The replay string is damaged")]
    [InlineData("b9.BHYVxKQf7IpBBXWBhaYKF234", "unknown version 'b9.'")]
    public async Task A_replay_string_that_is_none_is_a_mistake(string schedule, string message)
    {
        (int code, string output, string error) = await programs.Run("replay", schedule, CheckedPrograms.Sample("lost_update"));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_string_of_another_program_is_a_mistake()
    {
        (_, string output, _) = await programs.Run("check", CheckedPrograms.Sample("deadlock"));
        (int code, _, string error) = await programs.Run("replay", Command().Match(output).Groups["schedule"].Value, CheckedPrograms.Sample("lost_update"));
        Assert.Equal(2, code);
        Assert.Contains("was made for other assemblies", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_never_comes_back_does_not_keep_the_tool()
    {
        (int code, string output, _) = await programs.Run("check", programs.Place("endless.cs", "new Thread(() => { while (true) { } }).Start();\n"));
        Assert.Equal(3, code);
        Assert.StartsWith("stuck: ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("System.Diagnostics.Debug.Assert(args.Length > 0, \"no arguments\");", "no arguments")]
    [InlineData("throw new InvalidOperationException(\"plain\");", "InvalidOperationException: plain")]
    public async Task An_assertion_that_would_end_the_program_is_a_fault_of_it(string program, string message)
    {
        (int code, string output, string error) = await programs.Run("check", programs.Place("assertion.cs", program));
        Assert.Equal((1, ""), (code, error));
        Assert.StartsWith("assertion failed: ", output, StringComparison.Ordinal);
        Assert.EndsWith(message, FirstLine(output), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("replay")]
    public void The_help_says_what_is_returned(string command)
    {
        var output = new StringWriter();
        Assert.Equal(0, Tool.Run([command, "--help"], output, TextWriter.Null));
        Assert.Contains(CheckExit.Help, output.ToString(), StringComparison.Ordinal);
    }

    private static string FirstLine(string text) => text.Split('\n')[0];

    [GeneratedRegex("^replay: braid replay (?<schedule>\\S+) (?<file>.+)$", RegexOptions.Multiline)]
    private static partial Regex Command();
}
