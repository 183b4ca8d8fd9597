using System.Globalization;
using System.Text;
using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Reports;

/// <summary>A run as a table: a column for each thread, a row for each step that matters.</summary>
/// <remarks>
/// A step matters if it is about an object that the fault names, or about one that two threads have used and one has changed. Steps inside of a
/// library are shown as the program's call of it. What repeats without a change is one row.
/// </remarks>
internal static class TextTimeline
{
    private const int MostRows = 60;
    private const int MostRowsOfLoops = 24;
    private const int NarrowestColumn = 22;
    private const int WidestColumn = 46;

    public static string Write(Recorder recorder, Failure failure, bool showLibraries)
    {
        showLibraries |= failure.Verdict is Verdict.DataRace or Verdict.LostUpdate && failure.Sites.Any(site => (Sites.Traits(site) & SiteTraits.Library) != 0);
        List<RecordedStep> steps = Select(recorder.Steps, failure, showLibraries);
        List<Row> rows = [.. Merge(steps, showLibraries), .. Waiting(failure, showLibraries)];
        if (rows.Count == 0)
        {
            return "";
        }

        int left = Math.Max(0, rows.Count - (failure.Verdict == Verdict.Livelock ? MostRowsOfLoops : MostRows));
        rows.RemoveRange(0, left);
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

        foreach (Row row in rows)
        {
            int column = threads.IndexOf(row.Thread);
            table.Append(' ', column * width).AppendLine(Cell(row, onlyFile));
        }

        return table.ToString().TrimEnd();
    }

    private static string Line(IEnumerable<string> cells, int width) => string.Concat(cells.Select(cell => cell.PadRight(width))).TrimEnd();

    private static string Cell(Row row, string? onlyFile)
    {
        string place = row.Site == Sites.Engine ? "" : onlyFile is not null && SourceMap.Line(row.Site) is { } line ? $"{line.Line}: " : $"{SourceMap.Where(row.Site)}: ";
        return row.Times > 1 ? $"{place}{row.Text} ({Text.Count(row.Times, "time")})" : $"{place}{row.Text}";
    }

    private static List<RecordedStep> Select(IReadOnlyList<RecordedStep> steps, Failure failure, bool showLibraries)
    {
        HashSet<Resource> shared = [.. Shared(steps), .. failure.About];
        bool onlyAbout = failure.Verdict is Verdict.DataRace or Verdict.LostUpdate;
        return
        [
            .. steps.Where(step => step.Operation.Target is { } target && shared.Contains(target) && IsShown(step, showLibraries)
                && (!onlyAbout || target is not Variable || failure.About.Contains(target))),
        ];
    }

    private static bool IsShown(RecordedStep step, bool showLibraries) =>
        (showLibraries || step.CallSite != 0 || (Sites.Traits(step.Operation.Site) & SiteTraits.Library) == 0) &&
        step.Operation.Kind is not (OperationKind.Start or OperationKind.Complete or OperationKind.Fence or OperationKind.Spawn or OperationKind.Join);

    /// <summary>The objects that two threads have used in a way that the order matters.</summary>
    private static IEnumerable<Resource> Shared(IReadOnlyList<RecordedStep> steps) =>
        steps.Where(step => step.Operation.Target is not null)
            .GroupBy(step => step.Operation.Target!)
            .Where(group => group.Key is Variable ? IsContended([.. group]) : group.Select(step => step.Thread).Distinct().Skip(1).Any())
            .Select(group => group.Key);

    /// <summary>Somebody writes after a second thread has come: what is only made by one and then read by others is no matter of order.</summary>
    private static bool IsContended(List<RecordedStep> steps)
    {
        int second = steps.FindIndex(step => step.Thread != steps[0].Thread);
        return second >= 0 && steps.FindIndex(second, step => step.Operation.Kind != OperationKind.Read) >= 0;
    }

    private static IEnumerable<Row> Merge(List<RecordedStep> steps, bool showLibraries)
    {
        Row? open = null;
        foreach (RecordedStep step in steps)
        {
            bool inside = !showLibraries && Text.ShownSite(step.Operation.Site, step.CallSite) != step.Operation.Site;
            Row row = inside
                ? new Row(step.Thread, step.CallSite, Sites.Get(step.CallSite).Subject, 1, IsCall: true)
                : new Row(step.Thread, step.Operation.Site, StepText.Of(step), 1, IsCall: false);
            if (open is not null && open with { Times = 1 } == row)
            {
                open = inside ? open : open with { Times = open.Times + 1 };
                continue;
            }

            if (open is not null)
            {
                yield return open;
            }

            open = row;
        }

        if (open is not null)
        {
            yield return open;
        }
    }

    /// <summary>At the end of a run that cannot go on: who waits for what.</summary>
    private static IEnumerable<Row> Waiting(Failure failure, bool showLibraries) =>
        failure.Waiting.Where(wait => wait.Operation.Kind is not OperationKind.Complete).Select(wait => showLibraries
            ? new Row(wait.Thread, wait.Operation.Site, $"waits for {Text.Of(wait.Operation)}", 1, IsCall: false)
            : new Row(wait.Thread, Text.ShownSite(wait.Operation.Site, wait.Thread.CallSite), $"waits {Text.WaitWithoutPlace(wait.Thread)}", 1, IsCall: false));

    private sealed record Row(ControlledThread Thread, int Site, string Text, int Times, bool IsCall);
}
