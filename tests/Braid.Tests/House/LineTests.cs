namespace Braid.Tests.House;

/// <summary>Lines that fit beside another file on a screen.</summary>
public sealed class LineTests
{
    private const int MaxLength = 140;

    [Theory]
    [InlineData("src/Braid")]
    [InlineData("src/Braid.Analyzers")]
    [InlineData("src/Braid.CodeFixes")]
    [InlineData("src/Braid.Cli")]
    [InlineData("src/Braid.Python")]
    [InlineData("src/Braid.Checking.Xunit")]
    [InlineData("src/Braid.Checking/Engine")]
    [InlineData("src/Braid.Checking/Hooks")]
    [InlineData("src/Braid.Checking/Linearizability")]
    [InlineData("src/Braid.Checking/Memory")]
    [InlineData("src/Braid.Checking/Oracles")]
    [InlineData("src/Braid.Checking/Reports")]
    [InlineData("src/Braid.Checking/Strategies")]
    [InlineData("src/Braid.Checking/Testing")]
    [InlineData("tests/Braid.Verification")]
    public void Lines_have_at_most_140_characters(string folder)
    {
        string[] files = [.. Repository.Files("*.cs", folder)];
        Assert.NotEmpty(files);
        Assert.Empty(from file in files
                     from line in File.ReadLines(file).Index()
                     where IsTooLong(line.Item)
                     select $"{Path.GetRelativePath(Repository.Root, file)}:{line.Index + 1} has {line.Item.Length} characters");
    }

    [Theory]
    [InlineData(140, "", false)]
    [InlineData(141, "", true)]
    [InlineData(141, "    /// <summary>", true)]
    [InlineData(200, "    /// <inheritdoc cref=\"", false)]
    public void A_line_is_too_long_from_141_characters_on_unless_it_is_one_tag(int length, string start, bool isTooLong) =>
        Assert.Equal(isTooLong, IsTooLong(start.PadRight(length, 'x')));

    /// <summary>A reference to an overload is one tag, and cannot be divided.</summary>
    private static bool IsTooLong(string line) =>
        line.Length > MaxLength && !line.TrimStart().StartsWith("/// <inheritdoc ", StringComparison.Ordinal);
}
