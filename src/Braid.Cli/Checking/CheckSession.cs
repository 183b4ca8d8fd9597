using System.Reflection;
using Braid.Checking;

namespace Braid.Cli;

/// <summary>Runs the methods that a command names, and writes what was found.</summary>
internal sealed class CheckSession(string file, TextWriter output, TextWriter error)
{
    /// <summary>Show how a search comes on.</summary>
    public bool IsLive { get; init; }

    /// <param name="names">Methods; when there are none, those marked or the entry point.</param>
    /// <param name="options">How to search.</param>
    /// <returns>The exit code.</returns>
    public int Check(IReadOnlyList<string> names, CheckOptions options) => Run(names, (methods, assembly) =>
    {
        using var quiet = new QuietConsole();
        var verdicts = new List<Verdict>();
        foreach (ListedMethod method in methods)
        {
            if (methods.Count > 1)
            {
                output.WriteLine($"{(verdicts.Count > 0 ? Environment.NewLine : "")}{method.FullName}:");
            }

            CheckReport report = Search(assembly.Find(method), options);
            output.WriteLine(WithCommand(report, names.Count > 0 || methods.Count > 1 ? $" --method {method.FullName}" : ""));
            verdicts.Add(report.Verdict);
        }

        return CheckExit.Of(verdicts);
    });

    /// <param name="schedule">The replay string of a report.</param>
    /// <param name="names">The method, or nothing when there is only one.</param>
    /// <returns>The exit code.</returns>
    public int Replay(string schedule, IReadOnlyList<string> names) => Run(names, (methods, assembly) =>
    {
        if (methods.Count > 1)
        {
            throw new InputMistakeException($"{file} has {methods.Count} methods to check, and a replay string belongs to one. Name it with --method: {string.Join(", ", methods.Select(static method => method.FullName))}.");
        }

        CheckReport report = Checking.Check.Explore(assembly.Find(methods[0]), new CheckOptions { Replay = schedule });
        output.WriteLine(report);
        return CheckExit.Of([report.Verdict]);
    });

    private int Run(IReadOnlyList<string> names, Func<IReadOnlyList<ListedMethod>, CheckedAssembly, int> act)
    {
        try
        {
            string path = InputFile.ToAssembly(file);
            IReadOnlyList<ListedMethod> methods = MethodChoice.Of(file, MethodList.Of(path), names);
            using var assembly = new CheckedAssembly(path);
            return act(methods, assembly);
        }
        catch (Exception mistake) when (mistake is InputMistakeException or ArgumentException or FormatException)
        {
            error.WriteLine($"braid: {mistake.Message.Split(" (Parameter '")[0]}");
            return Tool.UsageMistake;
        }
        catch (Exception failure)
        {
            // Whatever it is, it is no fault that was found in the program, and must not look like one.
            error.WriteLine($"braid: The checker itself has failed on {file}: {failure}");
            return CheckExit.CheckerFailed;
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

    /// <summary>The report with the whole command in the place of the replay string.</summary>
    private string WithCommand(CheckReport report, string method)
    {
        string text = report.ToString();
        string quoted = file.Contains(' ', StringComparison.Ordinal) ? $"\"{file}\"" : file;
        return report.Replay is { } schedule ? text.Replace(schedule, $"braid replay {schedule} {quoted}{method}", StringComparison.Ordinal) : text;
    }
}
