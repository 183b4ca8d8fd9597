using System.CommandLine;
using Braid.Checking;
using Braid.Checking.Reports;

namespace Braid.Cli;

/// <summary>The option <c>--html</c>, and the page that it asks for.</summary>
internal static class HtmlFile
{
    public static Option<string?> CreateOption() => new("--html")
    {
        Description = "Write the reports to a file as one page of HTML, which shows the steps in lanes and needs no network.",
        HelpName = "FILE",
    };

    /// <exception cref="InputMistakeException">The file cannot be written.</exception>
    public static void Write(string file, IReadOnlyList<(string Check, CheckReport Report)> reports)
    {
        try
        {
            File.WriteAllText(file, HtmlPage.Write(reports));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputMistakeException($"The page cannot be written to {file}: {e.Message}");
        }
    }
}
