namespace Braid.Tests.House;

/// <summary>Lines that fit beside another file on a screen.</summary>
public sealed class LineTests
{
    private const int MaxLength = 140;

    [Theory]
    [InlineData("src")]
    [InlineData("samples")]
    [InlineData("tests/Braid.Analyzers.Tests")]
    [InlineData("tests/Braid.Fuzz")]
    [InlineData("tests/Braid.Mutation")]
    [InlineData("tests/Braid.Verification")]
    [InlineData("tests/TestProjects")]
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
