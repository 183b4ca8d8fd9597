using Braid.Checking;
using Braid.Checking.Reports;
using Braid.Checking.Testing;

namespace Braid.Cli;

/// <summary>Runs the methods that a command names, and writes the findings.</summary>
/// <remarks>A file that cannot be used does not prevent the others from being checked.</remarks>
internal sealed class CheckSession(IReadOnlyList<string> files, TextWriter output, TextWriter error)
{
    private readonly List<(string Check, MethodReport Report)> _done = [];
    private readonly List<(string Check, CheckReport Report)> _pages = [];
    private readonly List<int> _codes = [];
    private bool _hasIdleTests;     // there was nothing to order in some test, or it was skipped

    /// <summary>Whether to show the progress of a search.</summary>
    public bool IsLive { get; init; }

    /// <summary>Whether to write reports for programs.</summary>
    public bool IsJson { get; init; }

    /// <summary>The file to write all findings to, so that they are known from then on; null for none.</summary>
    public string? NewBaseline { get; init; }

    /// <summary>The file to write the reports to as a page; null for none.</summary>
    public string? Html { get; init; }

    /// <param name="names">Methods, or patterns for them; if there are none, the marked methods, the tests, or the entry point.</param>
    /// <param name="filter">Which tests.</param>
    /// <param name="options">How to search.</param>
    /// <returns>The exit code.</returns>
    public int Check(IReadOnlyList<string> names, TestFilter filter, CheckOptions options)
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
                if ((names.Count == 0 && filter.IsEmpty) || meant.Count > 0 || !filter.IsEmpty)
                {
                    using var assembly = new CheckedAssembly(path);
                    IReadOnlyList<CheckTarget> targets = TargetsIn(file, path, assembly, methods, meant, filter);
                    Check(file, targets, isNamed: names.Count > 0 || !filter.IsEmpty, options);
                }
            });
        }

        if (files.Count > 1 && unknown.Count > 0 && !options.Cancellation.IsCancellationRequested)
        {
            Refuse($"None of the {Text.Count(files.Count, "file")} has a method {string.Join(" or ", unknown)}.");
        }

        if (_codes.Count == 0 && _hasIdleTests && !options.Cancellation.IsCancellationRequested)
        {
            _codes.Add(CheckExit.NothingChecked);
        }

        WriteBaseline(options);
        WriteHtml();
        WriteSummary();
        return CheckExit.Worst(_codes);
    }

    /// <param name="schedule">The replay string of a report.</param>
    /// <param name="names">The method, or empty if there is only one.</param>
    /// <param name="filter">The test, or empty if it was a method.</param>
    /// <param name="options">What counts as a fault, and how it is shown.</param>
    /// <returns>The exit code.</returns>
    public int Replay(string schedule, IReadOnlyList<string> names, TestFilter filter, CheckOptions options)
    {
        string file = files[0];
        Use(file, (path, all) =>
        {
            using var assembly = new CheckedAssembly(path);
            IReadOnlyList<CheckTarget> targets = TargetsIn(file, path, assembly, all, names, filter);
            if (targets.Count > 1)
            {
                (string noun, string option) = targets[0].IsTest ? ("test", "--filter") : ("method", "--method");
                throw new InputMistakeException(
                    $"{file} has {Text.Count(targets.Count, noun)} to check, and a replay string belongs to one. Name it with " +
                    $"{option}: {string.Join(", ", targets.Select(static target => target.Name))}.");
            }

            CheckReport report = targets[0].Explore(options with { Replay = schedule });
            output.WriteLine(report);
            _pages.Add((targets[0].Name, report));
            _codes.Add(CheckExit.Of(report.Verdict));
        });
        WriteHtml();
        return CheckExit.Worst(_codes);
    }

    /// <summary>
    /// What to check: the methods and tests that are asked for; otherwise the marked methods and all tests, or the program itself.
    /// </summary>
    private static IReadOnlyList<CheckTarget> TargetsIn(
        string file,
        string path,
        CheckedAssembly assembly,
        IReadOnlyList<ListedMethod> methods,
        IReadOnlyList<string> names,
        TestFilter filter)
    {
        IReadOnlyList<TestCase> all = !filter.IsEmpty || (names.Count == 0 && MethodList.MayHaveTests(path)) ? TestList.Of(path) : [];
        IReadOnlyList<TestCase> tests = filter.In(all);
        if (!filter.IsEmpty && tests.Count == 0)
        {
            throw filter.None(file, all);
        }

        bool usesMethods = names.Count > 0 || (filter.IsEmpty && (tests.Count == 0 || methods.Any(static method => method.IsMarked)));
        return
        [
            .. (usesMethods ? MethodChoice.Of(file, methods, names) : []).Select(method => new CheckTarget(
                method.FullName,
                $" --method {method.FullName}",
                IsTest: false,
                options => Checking.Check.Explore(assembly.Find(method), options))),
            .. tests.Select(test => new CheckTarget(
                test.Name,
                $" --filter {Quoted.Argument(test.Name)}",
                IsTest: true,
                options => TestBody.Explore(path, test, options, FailingIn(file)))),
        ];
    }

    private void Check(string file, IReadOnlyList<CheckTarget> targets, bool isNamed, CheckOptions options)
    {
        using var quiet = new QuietConsole();
        foreach (CheckTarget target in targets)
        {
            if (options.Cancellation.IsCancellationRequested)
            {
                return;
            }

            string name = files.Count > 1 ? $"{file}: {target.Name}" : target.Name;
            if (!IsJson && !target.IsTest && (targets.Count > 1 || files.Count > 1))
            {
                WriteHead(name);
            }

            CheckReport report = Search(target, options);
            MethodReport found = MethodReport.Of(file, target, report);
            if (!IsJson)
            {
                Write(target, name, found, report, WithCommand(report, file, isNamed || targets.Count > 1 ? target.Argument : "", options));
            }

            _done.Add((name, found));
            if (found.IsIdle)
            {
                _hasIdleTests = true;
                continue;
            }

            _pages.Add((name, report));
            _codes.Add(CheckExit.Of(report.Verdict));
            if (target.IsTest && TestBody.IsToBeKept(report))
            {
                Keep(FailingIn(file), target.Name, report.Replay!);
            }
        }
    }

    /// <summary>Writes a report; for a test in which there was nothing to order, one line: most tests of most projects are such.</summary>
    private void Write(CheckTarget target, string name, MethodReport found, CheckReport report, string text)
    {
        if (found.IsIdle)
        {
            output.WriteLine($"{name}: {(found.Outcome == MethodReport.Skipped ? report.Sentence : found.Outcome)}");
            return;
        }

        if (target.IsTest)
        {
            WriteHead(name);
        }

        output.WriteLine(text);
    }

    private void WriteHead(string name) => output.WriteLine($"{(_done.Count > 0 ? Environment.NewLine : "")}{name}:");

    private static FailingSchedules FailingIn(string file) => new(Path.ChangeExtension(file, ".schedules"));

    private void Keep(FailingSchedules failing, string test, string schedule)
    {
        try
        {
            failing.Add(test, schedule);
        }
        catch (ArgumentException refusal)
        {
            // The findings stand even if they cannot be kept.
            error.WriteLine($"braid: {refusal.Message.Split(" (Parameter '")[0]}");
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
            // No such exception is a fault of the program, and none must look like one.
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

    private void WriteHtml()
    {
        if (Html is null || _pages.Count == 0)
        {
            return;
        }

        try
        {
            HtmlFile.Write(Html, _pages);
        }
        catch (InputMistakeException refusal)
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
        foreach ((string check, MethodReport report) in _done.Where(static check => check.Report.IsListed))
        {
            output.WriteLine($"  {check}: {report.Outcome}");
        }
    }

    private CheckReport Search(CheckTarget target, CheckOptions options)
    {
        if (!IsLive)
        {
            return target.Explore(options);
        }

        using var line = new LiveLine(error);
        return target.Explore(options with { Progress = line });
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
