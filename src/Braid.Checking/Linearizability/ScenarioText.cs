using System.Globalization;
using System.Text;

namespace Braid.Checking.Linearizability;

/// <summary>A scenario and the results of its calls as a small table: a column per thread, a row per call.</summary>
internal static class ScenarioText
{
    private const string NotMade = " is not called";

    public static string Of(Scenario scenario, IReadOnlyList<ScenarioOperation> operations, IReadOnlyList<CallRecord> history)
    {
        Dictionary<int, CallRecord> made = history.ToDictionary(static call => call.Number);
        int number = 0;
        string[][] cells = [.. scenario.Parts.Select(part => part.Select(call => Cell(call, number++)).ToArray())];
        var text = new StringBuilder();
        AppendLine(text, "before", cells[0]);
        if (scenario.Threads.Count > 0)
        {
            string[][] columns = [.. cells[1..^1].Select((calls, i) => (string[])[NameOf(i), .. calls])];
            int[] widths = [.. columns.Select(static column => column.Max(static cell => cell.Length))];
            AppendRow(text, columns.Select(static column => column[0]), widths);
            AppendRow(text, widths.Select(static width => new string('-', width)), widths);
            for (int row = 1; row < columns.Max(static column => column.Length); row++)
            {
                AppendRow(text, columns.Select(column => column.ElementAtOrDefault(row) ?? ""), widths);
            }
        }

        AppendLine(text, "after", cells[^1]);
        return text.ToString().TrimEnd();

        string Cell(ScenarioCall call, int place) =>
            operations[call.Operation].TextOf(call) + (made.TryGetValue(place, out CallRecord? record) ? record.Outcome.InTable : NotMade);

        string NameOf(int thread)
        {
            int first = scenario.Before.Count + scenario.Threads.Take(thread).Sum(static calls => calls.Count);
            return made.TryGetValue(first, out CallRecord? record) ? record.Thread.Name : $"thread {thread + 1}";
        }
    }

    private static void AppendLine(StringBuilder text, string part, string[] cells)
    {
        if (cells.Length > 0)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{part}: {string.Join("; ", cells)}");
        }
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells, int[] widths) =>
        text.AppendLine(string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
}
