using System.Globalization;
using System.Text;

namespace Braid.Checking.Reports;

/// <summary>A report as text.</summary>
internal static class ReportText
{
    private const int MostLines = 10;      // for notes; the report itself holds all of them

    public static string Write(CheckReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Name(report.Verdict)}: {report.Sentence}");
        if (report.Scenario.Length > 0)
        {
            text.AppendLine().AppendLine(report.Scenario);
        }

        if (report.Timeline.Length > 0)
        {
            text.AppendLine().AppendLine(report.Timeline.TrimEnd());
        }

        foreach (string detail in report.Details)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {detail}");
        }

        if (report.Output.Length > 0)
        {
            text.AppendLine().AppendLine("the program wrote:").AppendLine(report.Output.TrimEnd());
        }

        if (report.Exception is { } exception)
        {
            text.AppendLine().AppendLine(StackText.Of(exception));
        }

        AppendList(text, "note", report.Notes);
        AppendList(text, "known", report.Known);

        if (report.Replay is { } replay)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"replay: {replay}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"{report.Proves}");
        if (report.Covers.Length > 0)
        {
            text.AppendLine(report.Covers);
        }

        return text.ToString().TrimEnd();
    }

    private static void AppendList(StringBuilder text, string head, IReadOnlyList<string> lines)
    {
        foreach (string line in lines.Take(MostLines))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{head}: {line}");
        }

        if (lines.Count > MostLines)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{head}: and {lines.Count - MostLines:n0} more");
        }
    }

    /// <summary>A verdict in words, as a report begins: "passed", "lost update".</summary>
    public static string Name(Verdict verdict) => verdict switch
    {
        Verdict.NothingChecked => "nothing checked",
        Verdict.LostWakeup => "lost wake-up",
        Verdict.LostUpdate => "lost update",
        Verdict.DataRace => "data race",
        Verdict.NotLinearizable => "not linearizable",
        Verdict.AssertionFailed => "assertion failed",
        Verdict.UnhandledException => "unhandled exception",
        Verdict.LeakedLock => "leaked lock",
        Verdict.StackOverflow => "stack overflow",
        Verdict.NotControlled => "not controlled",
        Verdict.CheckerFailed => "the checker has failed",
        _ => verdict.ToString().ToLowerInvariant(),
    };
}
