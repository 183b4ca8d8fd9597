using System.Globalization;
using System.Text;
using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Reports;

/// <summary>A run as a table: a column per thread, a row per relevant step.</summary>
/// <remarks>
/// A step is relevant if it takes part in the fault (<see cref="Relevance"/>). Steps inside a library are shown as the program's call of
/// it. Repetitions without a change are one row. With libraries shown, each step is included that concerns an object named by the fault, or
/// one that two threads used and one changed.
/// </remarks>
internal static class TextTimeline
{
    private const int MostRows = 60;
    private const int MostRowsOfLoops = 12;
    private const int FewRows = 14;                 // a whole run of at most this length is easier to read than a part of it
    private const int NarrowestColumn = 22;
    private const int WidestColumn = 46;

    public static string Write(Recorder recorder, Failure failure, bool showLibraries)
    {
        IReadOnlyList<RecordedStep> steps = Select(recorder.Steps, failure, showLibraries, out int others);
        List<Row> rows = WithWaits([.. Merge(steps, failure, showLibraries)], failure, showLibraries);
        if (rows.Count == 0)
        {
            return "";
        }

        int left = Math.Max(0, rows.Count - MostRows);
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
        else if (others > 0)
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"... {Text.Count(others, "other step")}");
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
        string place = row.Site == Sites.Engine ? ""
            : onlyFile is not null && SourceMap.Line(row.Site) is { } line ? $"{line.Line}: "
            : $"{SourceMap.Where(row.Site)}: ";
        return row.Times > 1 ? $"{place}{row.Text} ({Text.Count(row.Times, "time")})" : $"{place}{row.Text}";
    }

    private static IReadOnlyList<RecordedStep> Select(
        IReadOnlyList<RecordedStep> steps, Failure failure, bool showLibraries, out int others)
    {
        HashSet<Resource> shared = [.. Shared(steps), .. failure.About];
        bool onlyAbout = failure.Verdict is Verdict.DataRace or Verdict.LostUpdate && failure.About.Count > 0;
        List<RecordedStep> all =
        [
            .. steps.Where(step => step.Operation.Target is { } target && shared.Contains(target) && IsShown(step, showLibraries)
                && (!onlyAbout || target is not Variable || failure.About.Contains(target))),
        ];
        others = 0;
        if (showLibraries || all.Count == 0)
        {
            return all;
        }

        if (failure.Verdict != Verdict.Livelock && Merge(all, failure, showLibraries).Take(FewRows + 1).Count() <= FewRows)
        {
            return all;
        }

        IReadOnlyList<RecordedStep> relevant = failure.Verdict == Verdict.Livelock ? LastRound(all) : Relevance.Of(all, shared, failure);
        others = relevant.Count == 0 ? 0 : all.Count - relevant.Count;
        return relevant.Count == 0 ? all : relevant;
    }

    /// <summary>What the threads do repeatedly: the last occurrence of each step.</summary>
    private static List<RecordedStep> LastRound(List<RecordedStep> steps)
    {
        HashSet<(ControlledThread, int)> seen = [];
        List<RecordedStep> round = [.. Enumerable.Reverse(steps).Take(20 * MostRowsOfLoops)
            .Where(step => seen.Add((step.Thread, step.Operation.Site))).Take(MostRowsOfLoops)];
        round.Reverse();
        return round;
    }

    private static bool IsShown(RecordedStep step, bool showLibraries) =>
        (showLibraries || step.CallSite != 0 || (Sites.Traits(step.Operation.Site) & SiteTraits.Library) == 0) &&
        step.Operation.Kind is not
            (OperationKind.Start or OperationKind.Complete or OperationKind.Fence or OperationKind.Spawn or OperationKind.Join);

    /// <summary>The objects that two threads have used in a way whose order matters.</summary>
    private static IEnumerable<Resource> Shared(IReadOnlyList<RecordedStep> steps) =>
        steps.Where(step => step.Operation.Target is not null)
            .GroupBy(step => step.Operation.Target!)
            .Where(group => group.Key is Variable ? IsContended([.. group]) : group.Select(step => step.Thread).Distinct().Skip(1).Any())
            .Select(group => group.Key);

    /// <summary>
    /// Whether a thread writes after a second thread has arrived: order does not matter for an object that one thread creates and others
    /// then only read.
    /// </summary>
    private static bool IsContended(List<RecordedStep> steps)
    {
        int second = steps.FindIndex(step => step.Thread != steps[0].Thread);
        return second >= 0 && steps.FindIndex(second, step => step.Operation.Kind != OperationKind.Read) >= 0;
    }

    private static IEnumerable<Row> Merge(IReadOnlyList<RecordedStep> steps, Failure failure, bool showLibraries)
    {
        Row? open = null;
        foreach (RecordedStep step in steps)
        {
            bool inside = !showLibraries && step.Shown != step.Operation.Site
                && (Sites.Traits(step.Operation.Site) & SiteTraits.Library) != 0;
            Row row = inside
                ? new Row(step.Thread, step.Shown, CallText(step, failure), 1, IsCall: true)
                : new Row(step.Thread, showLibraries ? step.Operation.Site : step.Shown, StepText.Of(step), 1, IsCall: false);
            if (open is not null && open with { Times = 1 } == row)
            {
                open = inside ? open : open with { Times = open.Times + 1 };
                continue;
            }

            if (open is not null && (open.Thread, open.Site) == (row.Thread, row.Site) && (open.IsCall || row.IsCall)
                && (IsLongerBy(open, row) || IsLongerBy(row, open)))
            {
                // The access to an element, and what the collection does to carry it out.
                open = open.Text.Length >= row.Text.Length ? open : row;
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

    private static bool IsLongerBy(Row longer, Row shorter) => longer.Text.StartsWith($"{shorter.Text} = ", StringComparison.Ordinal);

    /// <summary>The program's call, and what it does to the memory that the fault is about.</summary>
    private static string CallText(RecordedStep step, Failure failure)
    {
        string call = Sites.Get(step.Shown).Subject;
        if (step.IsAccessor)
        {
            return (Sites.Traits(step.Shown) & SiteTraits.DerivedWrite) != 0 ? $"writes {call}" : $"reads {call}";
        }

        return step.Operation.Target is Variable && failure.Verdict == Verdict.DataRace && failure.About.Contains(step.Operation.Target!)
            ? $"{call} {StepText.Of(step)}"
            : call;
    }

    /// <summary>
    /// At the end of a run that cannot continue: what each thread waits for. That a wait began is self-evident, unless something came in
    /// between.
    /// </summary>
    private static List<Row> WithWaits(List<Row> rows, Failure failure, bool showLibraries)
    {
        foreach ((ControlledThread thread, Operation operation) in failure.Waiting.Where(
            wait => wait.Operation.Kind is not OperationKind.Complete))
        {
            Row wait = showLibraries
                ? new Row(thread, operation.Site, $"waits for {Text.Of(operation)}", 1, IsCall: false)
                : new Row(thread, thread.Shown(operation.Site), $"waits {Text.WaitWithoutPlace(thread)}", 1, IsCall: false);
            int last = rows.FindLastIndex(row => row.Thread == thread);
            if (last >= 0 && rows[last].Site == wait.Site && !showLibraries
                && rows.FindIndex(last, row => row.Thread != thread && !row.IsWait) < 0)
            {
                rows.RemoveAt(last);
            }

            rows.Add(wait with { IsWait = true });
        }

        return rows;
    }

    private sealed record Row(ControlledThread Thread, int Site, string Text, int Times, bool IsCall)
    {
        /// <summary>The run ended there.</summary>
        public bool IsWait { get; init; }
    }
}
