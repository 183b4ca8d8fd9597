namespace Braid.Tests;

/// <summary>What the pages show is what is built and run: every block of C#, and every block that names its source.</summary>
public sealed class DocsTests : TimedTest
{
    private const string Approve = "BRAID_APPROVE";
    // Their programs are those of a package's user: PackageTests builds and runs the one, CheckingSnippets has the other.
    private static readonly string[] s_packagePages = ["src/Braid/README.md", "src/Braid.Checking/README.md"];

    public static TheoryData<string> Pages() => [.. Document.All.Where(page => !s_packagePages.Contains(page.Name) && page.Blocks.Any(IsSample)).Select(page => page.Name)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_block_of_code_is_the_one_that_is_built(string name)
    {
        Document page = Document.All.Single(page => page.Name == name);
        Assert.All(page.Blocks.Where(IsSample), block =>
        {
            Assert.True(block.Marker is not null, $"{name}:{block.FirstLine}: the line above the block must name a region: <!-- sample: NAME -->");
            Assert.True(SampleCode.Find(block.Marker) is not null, $"{name}:{block.FirstLine}: there is no region or file for {block.Marker}");
        });
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            page.Rewrite(block => IsSample(block) ? SampleCode.Find(block.Marker!)! : block.Text);
            page = new Document(page.FilePath);
        }

        Assert.All(page.Blocks.Where(IsSample), block =>
        {
            string code = SampleCode.Find(block.Marker!)!;
            Assert.True(block.Text == code, $"{name}:{block.FirstLine}: {block.Marker} is not what is built. Run the tests with {Approve}=1 to take it over.\nThe page shows:\n{block.Text}\n\nThe code is:\n{code}");
        });
    }

    [Fact]
    public void Every_region_is_shown_on_a_page()
    {
        HashSet<string> shown = [.. Document.All.SelectMany(page => page.Blocks).Select(block => block.Marker).OfType<string>().SelectMany(SampleCode.NamesIn)];
        Assert.Empty(SampleCode.Regions.Keys.Except(shown));
    }

    [Fact]
    public async Task Every_block_of_Python_can_be_read_by_Python()
    {
        string[] blocks = [.. Document.All.SelectMany(page => page.Blocks).Where(block => block.Language == "python").Select(block => block.Text)];
        Assert.NotEmpty(blocks);
        await Python.Run("import sys\nfor block in sys.argv[1:]: compile(block, block, 'exec')", blocks);
    }

    private static bool IsSample(Block block) => block.Language == "csharp" || block.Marker is not null;
}
