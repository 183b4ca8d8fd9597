using System.Text.RegularExpressions;

namespace Braid.Tests.House;

/// <summary>One schedule is not "1 schedules".</summary>
public sealed partial class CountedNounTests
{
    [Theory]
    [InlineData("src/Braid.Checking")]
    [InlineData("src/Braid.Cli/Checking")]
    public void A_number_and_its_noun_are_written_by_the_one_method_that_knows_the_singular(string folder)
    {
        string[] files = [.. Repository.Files("*.cs", folder)];
        Assert.NotEmpty(files);
        Assert.Empty(from file in files
                     from line in File.ReadLines(file)
                     where Counted().IsMatch(line)
                     select $"{Path.GetFileName(file)}: {line.Trim()}");
    }

    [Theory]
    [InlineData("$\"{count} schedules\"", true)]
    [InlineData("$\"{count:n0} random schedules\"", true)]
    [InlineData("$\"takes {method.GetParameters().Length} arguments.\"", true)]
    [InlineData("$\"{thread.Name} writes {value}\"", false)]
    [InlineData("if (Find() is { } arguments)", false)]
    public void What_it_looks_for_is_found(string line, bool found) => Assert.Equal(found, Counted().IsMatch(line));

    [GeneratedRegex(@"\$"".*\{[^{}""]*\} (\w+ )?(schedules|threads|steps|preemptions|choices|behaviours|checks|files|methods|arguments|delegates|times|runs|switches)\b")]
    private static partial Regex Counted();
}
