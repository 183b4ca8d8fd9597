namespace Braid.Tests;

/// <summary>Links inside the repository lead to what exists.</summary>
public sealed class LinkTests : TimedTest
{
    public static TheoryData<string> Pages() => [.. Document.All.Where(page => page.Links.Any(IsInside)).Select(page => page.Name)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_to_a_file_or_a_heading(string name)
    {
        Document page = Document.All.Single(page => page.Name == name);
        Assert.DoesNotContain(page.Links, link => IsInside(link) && !Exists(page, link));
    }

    private static bool IsInside(string link) => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal);

    private static bool Exists(Document page, string link)
    {
        string[] parts = link.Split('#');
        string path = parts[0].Length == 0 ? page.FilePath : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page.FilePath)!, parts[0]));
        return parts.Length == 1
            ? File.Exists(path) || Directory.Exists(path)
            : File.Exists(path) && new Document(path).Anchors.Contains(parts[1]);
    }
}
