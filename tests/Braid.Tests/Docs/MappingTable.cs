using System.Text.RegularExpressions;

namespace Braid.Tests;

/// <summary>The tables of docs/from-python.md.</summary>
internal static partial class MappingTable
{
    private const string Header = "| Python | C# | note |";

    private static readonly string[] s_modules = ["threading", "queue", "concurrent.futures", "multiprocessing", "asyncio"];

    public static IReadOnlyList<MappingRow> Rows { get; } = [.. Read(Path.Combine(Repository.Root, "docs", "from-python.md"))];

    private static IEnumerable<MappingRow> Read(string path)
    {
        string module = "";
        string[] groups = [];
        bool isInTable = false;
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                module = line[3..];
            }

            isInTable = line == Header ? s_modules.Contains(module) : isInTable && line.StartsWith('|');
            if (!isInTable || line == Header || line.StartsWith("|--", StringComparison.Ordinal))
            {
                continue;
            }

            string[] cells = [.. Cell().Matches(line).Select(cell => cell.Groups["text"].Value.Trim())];
            Match group = Group().Match(cells[0]);
            if (group.Success)
            {
                groups = group.Groups["names"].Value.Split(", ");
            }
            else
            {
                yield return new MappingRow(module, groups, cells[0], cells[1], cells[2]);
            }
        }
    }

    /// <summary>A bar within code is no border.</summary>
    [GeneratedRegex(@"\|(?<text>(?:`[^`]*`|[^|`])*)(?=\|)")]
    private static partial Regex Cell();

    [GeneratedRegex(@"^\*\*(?<names>[^*]+)\*\*")]
    private static partial Regex Group();
}
