using System.Globalization;
using System.Text;
using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Reports;

/// <summary>A timeline as a table: a column per thread, a row per step that takes part in the fault.</summary>
internal static class TextTimeline
{
    private const int MostRows = 60;
    private const int NarrowestColumn = 22;
    private const int WidestColumn = 46;

    public static string Write(Timeline timeline)
    {
        int left = Math.Max(0, timeline.Rows.Count - MostRows);
        List<TimelineRow> rows = [.. timeline.Rows.Skip(left)];
        if (rows.Count == 0)
        {
            return "";
        }

        List<ControlledThread> threads = [.. rows.Select(row => row.Thread).Distinct().OrderBy(thread => thread.Index)];
        string[] files = [.. rows.Select(row => SourceMap.Line(row.Site)?.File).OfType<string>().Distinct()];
        string? onlyFile = files.Length == 1 ? files[0] : null;
        var table = new StringBuilder();
        if (onlyFile is not null)
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"lines of {onlyFile}:");
        }

        int width = Math.Clamp(rows.Max(row => Cell(row, onlyFile).Length) + 2, NarrowestColumn, WidestColumn);
        table.AppendLine(Line(threads.Select(thread => thread.Name), width));
        table.AppendLine(Line(threads.Select(_ => new string('-', width - 2)), width));
        if (left > 0)
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"... {Text.Count(left, "earlier step")}");
        }
        else if (timeline.Others > 0)
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"... {Text.Count(timeline.Others, "other step")}");
        }

        foreach (TimelineRow row in rows)
        {
            int column = threads.IndexOf(row.Thread);
            table.Append(' ', column * width).AppendLine(Cell(row, onlyFile));
        }

        return table.ToString().TrimEnd();
    }

    private static string Line(IEnumerable<string> cells, int width) => string.Concat(cells.Select(cell => cell.PadRight(width))).TrimEnd();

    private static string Cell(TimelineRow row, string? onlyFile)
    {
        string place = row.Site == Sites.Engine ? ""
            : onlyFile is not null && SourceMap.Line(row.Site) is { } line ? $"{line.Line}: "
            : $"{SourceMap.Where(row.Site)}: ";
        return row.Times > 1 ? $"{place}{row.Words.Text} ({Text.Count(row.Times, "time")})" : $"{place}{row.Words.Text}";
    }
}
