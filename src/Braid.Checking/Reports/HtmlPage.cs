using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Braid.Checking.Reports;

/// <summary>Reports as one page of HTML that needs no network and no other file, and without its script is still a table.</summary>
/// <remarks>
/// All of a report's text comes from the program that was checked, so all of it is encoded. Should one be missed, the page's
/// policy allows no script and no style but its own, which it names by their hashes.
/// </remarks>
internal static partial class HtmlPage
{
    private static readonly string s_style = Read("page.css");
    private static readonly string s_script = Read("page.js");
    private static readonly string s_policy = $"default-src 'none'; style-src {Hash(s_style)}; script-src {Hash(s_script)}";

    /// <param name="reports">What was checked, and the report; the name of a single one may be empty.</param>
    public static string Write(IReadOnlyList<(string Check, CheckReport Report)> reports)
    {
        var page = new StringBuilder();
        string title = reports is [var (_, only)] ? ReportText.Name(only.Verdict) : Text.Count(reports.Count, "check");
        page.Append(
            CultureInfo.InvariantCulture,
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width" />
            <meta http-equiv="Content-Security-Policy" content="{s_policy}" />
            <title>braid check: {title}</title>
            <style>{s_style}</style>
            </head>
            <body>

            """);
        for (int i = 0; i < reports.Count; i++)
        {
            Append(page, reports[i].Check, reports[i].Report, $"r{i + 1}s");
        }

        page.Append(CultureInfo.InvariantCulture, $"<script>{s_script}</script>\n</body>\n</html>\n");
        return page.ToString();
    }

    /// <summary>Encodes text for an element or an attribute.</summary>
    public static string Encode(string text) => WebUtility.HtmlEncode(Control().Replace(text, "\uFFFD"));

    private static void Append(StringBuilder page, string check, CheckReport report, string anchor)
    {
        page.Append(CultureInfo.InvariantCulture, $"<section class=\"report\">\n<h1>{ReportText.Name(report.Verdict)}</h1>\n");
        if (check.Length > 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{Encode(check)}</h2>\n");
        }

        page.Append(CultureInfo.InvariantCulture, $"<p class=\"sentence\">{Encode(report.Sentence)}</p>\n");
        AppendText(page, "the calls", report.Scenario);
        AppendList(page, "", report.Details);
        if (report.Steps.Count > 0)
        {
            HtmlLanes.Append(page, report.Steps, anchor);
        }

        AppendText(page, "the program wrote", report.Output);
        AppendText(page, "exception", report.Exception is { } exception ? StackText.Of(exception) : "");
        AppendList(page, "note: ", report.Notes);
        AppendList(page, "known: ", report.Known);
        AppendText(page, "replay", report.Replay ?? "");
        page.Append(CultureInfo.InvariantCulture, $"<p>{Encode(report.Proves)}</p>\n");
        if (report.Covers.Length > 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>{Encode(report.Covers)}</p>\n");
        }

        page.Append("</section>\n");
    }

    private static void AppendList(StringBuilder page, string head, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
        {
            page.Append("<ul>\n");
            foreach (string line in lines)
            {
                page.Append(CultureInfo.InvariantCulture, $"<li>{head}{Encode(line)}</li>\n");
            }

            page.Append("</ul>\n");
        }
    }

    private static void AppendText(StringBuilder page, string head, string text)
    {
        if (text.Length > 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>{head}:</p>\n<pre>{Encode(text.TrimEnd())}</pre>\n");
        }
    }

    // Control characters, on which terminals act, and which HTML text must not contain.
    [GeneratedRegex(@"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]")]
    private static partial Regex Control();

    private static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    // A browser hashes the parsed text, whose line breaks are line feeds.
    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(HtmlPage).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
