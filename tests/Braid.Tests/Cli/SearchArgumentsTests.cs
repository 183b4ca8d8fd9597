using System.CommandLine;
using Braid.Checking;
using Braid.Cli;

namespace Braid.Tests;

/// <summary>What the options of <c>braid check</c> mean.</summary>
public sealed class SearchArgumentsTests : TimedTest
{
    [Fact]
    public void Without_options_a_search_is_the_standard_one() => Assert.Equal(new CheckOptions(), Read());

    [Fact]
    public void Every_option_is_passed_on() => Assert.Equal(
        new CheckOptions
        {
            Schedules = 7,
            Time = TimeSpan.FromMilliseconds(1500),
            Seed = ulong.MaxValue,
            Strategy = SearchStrategy.Pct,
            Preemptions = 0,
            Clock = ClockMode.Racing,
            Races = RaceMode.Strict,
            MaxSteps = 500,
            ShowLibraries = true,
        },
        Read("--schedules", "7", "--time", "1.5s", "--seed", "18446744073709551615", "--strategy", "pct", "--preemptions", "0", "--clock", "racing", "--races", "strict", "--max-steps", "500", "--show-libraries"));

    [Fact]
    public void A_number_of_schedules_alone_may_take_its_time() =>
        Assert.Equal((20, Timeout.InfiniteTimeSpan), (Read("--schedules", "20").Schedules, Read("--schedules", "20").Time));

    [Fact]
    public void A_time_alone_is_filled_with_schedules() =>
        Assert.Equal((int.MaxValue, TimeSpan.FromMinutes(2)), (Read("--time", "2m").Schedules, Read("--time", "2m").Time));

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("0.5h", 1_800_000)]
    public void A_time_has_a_unit(string text, double milliseconds) => Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Read("--time", text).Time);

    [Fact]
    public void All_preemptions_are_as_many_as_there_are() => Assert.Equal(int.MaxValue, Read("--preemptions", "all").Preemptions);

    [Theory]
    [InlineData("--schedules", "0")]
    [InlineData("--schedules", "-3")]
    [InlineData("--schedules", "many")]
    [InlineData("--schedules", "3000000000")]
    [InlineData("--time", "abc")]
    [InlineData("--time", "30")]
    [InlineData("--time", "0s")]
    [InlineData("--time", "-5s")]
    [InlineData("--time", "s")]
    [InlineData("--time", "")]
    [InlineData("--time", "1000000h")]
    [InlineData("--seed", "-1")]
    [InlineData("--strategy", "best")]
    [InlineData("--strategy", "1")]
    [InlineData("--preemptions", "none")]
    [InlineData("--clock", "fast")]
    [InlineData("--races", "ignore")]
    [InlineData("--max-steps", "0")]
    public void A_value_that_makes_no_sense_is_told_with_those_that_do(string option, string value)
    {
        var error = new StringWriter();
        Assert.Equal(Tool.UsageMistake, Tool.Run(["check", "program.cs", option, value], TextWriter.Null, error));
        Assert.StartsWith($"braid: {option} takes ", error.ToString(), StringComparison.Ordinal);
        Assert.Contains($"not '{value}'.", error.ToString(), StringComparison.Ordinal);
    }

    private static CheckOptions Read(params string[] arguments)
    {
        var search = new SearchArguments();
        var command = new Command("check");
        foreach (Option option in search.All)
        {
            command.Add(option);
        }

        return search.Read(command.Parse(arguments));
    }
}
