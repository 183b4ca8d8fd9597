namespace Braid.Tests;

/// <summary>docs/from-python.md has every public name of Python's modules, and what it tells to write exists.</summary>
/// <remarks>tests/cpython/names.py has made the list of Python's names; the newer ones are written by hand.</remarks>
public sealed class MappingTests : TimedTest
{
    [Theory]
    [InlineData("names-3.11.txt")]
    [InlineData("names-newer.txt")]
    public void Every_public_name_of_Python_has_a_row(string list) =>
        NothingIn(File.ReadLines(Path.Combine(Repository.Root, "tests", "cpython", list)).Where(name => !MappingTable.Rows.Any(row => row.Covers(name))));

    [Fact]
    public void Every_row_says_what_to_write_or_why_there_is_nothing() =>
        NothingIn(MappingTable.Rows.Where(row => row.CSharp.Length == 0).Select(row => row.Python));

    [Fact]
    public void What_a_row_tells_to_write_exists() =>
        NothingIn(MappingTable.Rows.SelectMany(row => new CSharpNames(row).Unknown().Select(name => $"{row.Module}, {row.Python}: {name}")));

    private static void NothingIn(IEnumerable<string> missing)
    {
        string[] all = [.. missing];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }
}
