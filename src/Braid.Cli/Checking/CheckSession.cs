using System.Reflection;
using Braid.Checking;
using Braid.Checking.Reports;

namespace Braid.Cli;

/// <summary>Runs the methods that a command names, and writes the findings.</summary>
/// <remarks>A file that cannot be used does not prevent the others from being checked.</remarks>
internal sealed class CheckSession(IReadOnlyList<string> files, TextWriter output, TextWriter error)
{
    private readonly List<(string Check, MethodReport Report)> _done = [];
    private readonly List<int> _codes = [];

    /// <summary>Whether to show the progress of a search.</summary>
    public bool IsLive { get; init; }

    /// <summary>Whether to write reports for programs.</summary>
    public bool IsJson { get; init; }

    /// <summary>The file to write all findings to, so that they are known from then on; null for none.</summary>
    public string? NewBaseline { get; init; }

    /// <param name="names">Methods, or patterns for them; if there are none, the marked methods or the entry point.</param>
    /// <param name="options">How to search.</param>
    /// <returns>The exit code.</returns>
    public int Check(IReadOnlyList<string> names, CheckOptions options)
    {
        if (NewBaseline is not null)
        {
            // A file that is to be written for the first time may also be named as the old baseline.
            options = options with { AcceptsAll = true, Baseline = File.Exists(options.Baseline) ? options.Baseline : null };
        }

        List<string> unknown = [.. names];
        foreach (string file in files)
        {
            if (options.Cancellation.IsCancellationRequested)
            {
                break;
            }

            Use(file, (path, methods) =>
            {
                IReadOnlyList<string> meant = files.Count == 1 ? names : MethodChoice.NamesIn(methods, names);
                unknown.RemoveAll(meant.Contains);
                if (names.Count == 0 || meant.Count > 0)
                {
                    Check(file, path, MethodChoice.Of(file, methods, meant), isNamed: names.Count > 0, options);
                }
            });
        }

        if (files.Count > 1 && unknown.Count > 0 && !options.Cancellation.IsCancellationRequested)
        {
            Refuse($"None of the {Text.Count(files.Count, "file")} has a method {string.Join(" or ", unknown)}.");
        }

        WriteBaseline(options);
        WriteSummary();
        return CheckExit.Worst(_codes);
    }

    /// <param name="schedule">The replay string of a report.</param>
    /// <param name="names">The method, or empty if there is only one.</param>
    /// <param name="options">What counts as a fault, and how it is shown.</param>
    /// <returns>The exit code.</returns>
    public int Replay(string schedule, IReadOnlyList<string> names, CheckOptions options)
    {
        string file = files[0];
        Use(file, (path, all) =>
        {
            IReadOnlyList<ListedMethod> methods = MethodChoice.Of(file, all, names);
            if (methods.Count > 1)
            {
                throw new InputMistakeException(
                    $"{file} has {Text.Count(methods.Count, "method")} to check, and a replay string belongs to one. Name it with " +
                    $"--method: {string.Join(", ", methods.Select(static method => method.FullName))}.");
            }

            using var assembly = new CheckedAssembly(path);
            CheckReport report = Checking.Check.Explore(assembly.Find(methods[0]), options with { Replay = schedule });
            output.WriteLine(report);
            _codes.Add(CheckExit.Of(report.Verdict));
        });
        return CheckExit.Worst(_codes);
    }

    private void Check(string file, string path, IReadOnlyList<ListedMethod> methods, bool isNamed, CheckOptions options)
    {
        using var quiet = new QuietConsole();
        using var assembly = new CheckedAssembly(path);
        foreach (ListedMethod method in methods)
        {
            if (options.Cancellation.IsCancellationRequested)
            {
                return;
            }

            string name = files.Count > 1 ? $"{file}: {method.FullName}" : method.FullName;
            if (!IsJson && (methods.Count > 1 || files.Count > 1))
            {
                output.WriteLine($"{(_done.Count > 0 ? Environment.NewLine : "")}{name}:");
            }

            CheckReport report = Search(assembly.Find(method), options);
            if (!IsJson)
            {
                output.WriteLine(WithCommand(report, file, isNamed || methods.Count > 1 ? $" --method {method.FullName}" : "", options));
            }

            _done.Add((name, MethodReport.Of(file, method.FullName, report)));
            _codes.Add(CheckExit.Of(report.Verdict));
        }
    }

    private void Use(string file, Action<string, IReadOnlyList<ListedMethod>> act)
    {
        try
        {
            string path = InputFile.ToAssembly(file);
            act(path, MethodList.Of(path));
        }
        catch (Exception mistake) when (mistake is InputMistakeException or ArgumentException or FormatException)
        {
            Refuse(mistake);
        }
        catch (Exception failure)
        {
            // Whatever it is, it is not a fault that was found in the program, and must not look like one.
            error.WriteLine($"braid: The checker itself has failed on {file}: {failure}");
            _codes.Add(CheckExit.CheckerFailed);
        }
    }

    private void Refuse(Exception mistake) => Refuse(mistake.Message.Split(" (Parameter '")[0]);

    private void Refuse(string message)
    {
        error.WriteLine($"braid: {message}");
        _codes.Add(Tool.UsageMistake);
    }

    private void WriteBaseline(CheckOptions options)
    {
        if (NewBaseline is null)
        {
            return;
        }

        try
        {
            Baseline.Write(
                NewBaseline,
                [.. options.Baseline is { } old ? Baseline.Read(old) : [], .. _done.SelectMany(static check => check.Report.Known)]);
        }
        catch (ArgumentException refusal)
        {
            Refuse(refusal);
        }
    }

    /// <summary>After several checks: how many ended with each outcome, and which of them did not pass.</summary>
    private void WriteSummary()
    {
        if (IsJson)
        {
            output.WriteLine(CheckJson.Write([.. _done.Select(static check => check.Report)]));
            return;
        }

        if (_done.Count < 2)
        {
            return;
        }

        IEnumerable<string> outcomes = _done.GroupBy(static check => check.Report.Outcome).OrderByDescending(static group => group.Count())
            .Select(static group => $"{group.Key}: {group.Count()}");
        output.WriteLine($"{Environment.NewLine}{Text.Count(_done.Count, "check")}: {string.Join(", ", outcomes)}");
        foreach ((string check, MethodReport report) in _done.Where(static check => check.Report.Verdict != Verdict.Passed))
        {
            output.WriteLine($"  {check}: {report.Outcome}");
        }
    }

    private CheckReport Search(MethodInfo method, CheckOptions options)
    {
        if (!IsLive)
        {
            return Checking.Check.Explore(method, options);
        }

        using var line = new LiveLine(error);
        return Checking.Check.Explore(method, options with { Progress = line });
    }

    /// <summary>The report with the whole command in place of the replay string.</summary>
    private static string WithCommand(CheckReport report, string file, string method, CheckOptions options)
    {
        string text = report.ToString();
        string quoted = file.Contains(' ', StringComparison.Ordinal) ? $"\"{file}\"" : file;
        string races = options.Races == RaceMode.Strict ? " --races strict" : "";
        return report.Replay is { } schedule
            ? text.Replace(
                schedule, $"braid replay {schedule} {quoted}{method}{races}{FindingArguments.Again(options)}", StringComparison.Ordinal)
            : text;
    }
}
