using System.Text;
using System.Text.RegularExpressions;

namespace Braid.Tests;

/// <summary>A page of the documentation: its code blocks, its headings, its links.</summary>
internal sealed partial class Document
{
    private readonly string[] _lines;

    public Document(string path)
    {
        FilePath = path;
        _lines = File.ReadAllText(path).Split('\n');
        Blocks = [.. FindBlocks()];
    }

    /// <summary>Every page of the repository.</summary>
    public static IEnumerable<Document> All { get; } =
    [
        .. Repository.Files("*.md").Select(path => new Document(path)),
    ];

    public string FilePath { get; }

    public string Name => Path.GetRelativePath(Repository.Root, FilePath);

    public IReadOnlyList<Block> Blocks { get; }

    /// <summary>What stands outside code blocks, line by line.</summary>
    public IEnumerable<string> Prose => _lines.Where((_, index) => !Blocks.Any(block => index >= block.FirstLine - 1 && index <= block.FirstLine + block.LineCount));

    /// <summary>Where links into the page may lead.</summary>
    public IReadOnlySet<string> Anchors
    {
        get
        {
            var anchors = new HashSet<string>();
            foreach (string heading in Prose.Where(line => Heading().IsMatch(line)))
            {
                string anchor = NoPartOfAnchor().Replace(Heading().Replace(heading, "").Trim().ToLowerInvariant(), "").Replace(' ', '-');
                int copy = 0;
                while (!anchors.Add(copy == 0 ? anchor : $"{anchor}-{copy}"))
                {
                    copy++;
                }
            }

            return anchors;
        }
    }

    public IEnumerable<string> Links => Prose.SelectMany(line => Link().Matches(Code().Replace(line, "code"))).Select(link => link.Groups["target"].Value);

    /// <summary>Writes the page with other texts in its blocks.</summary>
    public void Rewrite(Func<Block, string> textOf)
    {
        var page = new StringBuilder();
        int next = 0;
        foreach (Block block in Blocks)
        {
            page.AppendJoin('\n', _lines[next..block.FirstLine]).Append('\n').Append(textOf(block)).Append('\n');
            next = block.FirstLine + block.LineCount;
        }

        page.AppendJoin('\n', _lines[next..]);
        File.WriteAllText(FilePath, page.ToString());
    }

    private IEnumerable<Block> FindBlocks()
    {
        for (int line = 0; line < _lines.Length; line++)
        {
            if (!_lines[line].StartsWith("```", StringComparison.Ordinal))
            {
                continue;
            }

            int last = Array.FindIndex(_lines, line + 1, text => text.StartsWith("```", StringComparison.Ordinal));
            Match marker = line == 0 ? Match.Empty : Marker().Match(_lines[line - 1]);
            yield return new Block(line + 1, last - line - 1, _lines[line][3..].Trim(), marker.Success ? marker.Groups["names"].Value : null, string.Join('\n', _lines[(line + 1)..last]));
            line = last;
        }
    }

    [GeneratedRegex("^<!-- sample: (?<names>.+) -->$")]
    private static partial Regex Marker();

    [GeneratedRegex("^#{1,6} ")]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoPartOfAnchor();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
