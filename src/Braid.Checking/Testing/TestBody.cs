using System.Reflection;
using Braid.Checking.Engine;
using Braid.Checking.Rewriting;

namespace Braid.Checking.Testing;

/// <summary>A test as the body of a check: each run creates its objects anew, and ends when they are disposed of.</summary>
internal sealed class TestBody
{
    private const string Skipped = "skipped: ";

    private readonly TestCase _test;
    private readonly TestFramework? _framework;

    // Written by the thread that runs the body; read after the check.
    private string? _skipped;

    private TestBody(TestCase test, TestFramework? framework) => (_test, _framework) = (test, framework);

    /// <summary>Checks a test of an assembly, running first what has failed before.</summary>
    /// <param name="path">The assembly's file.</param>
    /// <param name="test">The test.</param>
    /// <param name="options">How to search.</param>
    /// <param name="failing">Where its failing schedules are kept.</param>
    /// <exception cref="FormatException">The replay string is damaged or was made for another build.</exception>
    /// <exception cref="ArgumentException">A file cannot be read, or an option is out of its range.</exception>
    public static CheckReport Explore(string path, TestCase test, CheckOptions options, FailingSchedules failing) =>
        Explore(path, test, null, options, failing);

    /// <summary>Checks a test of xunit that this process has loaded; a schedule that fails is kept.</summary>
    /// <remarks>
    /// The attributes were read here, and are not read again in the copy: that would load the framework there, which is not rewritten, and
    /// then no pass would count as exhaustive.
    /// </remarks>
    public static CheckReport Explore(Type type, MethodInfo method, CheckOptions options, FailingSchedules failing)
    {
        TestFramework xunit = TestFramework.Xunit;
        TestCase test = new TestCase(type, method) with { Refusal = xunit.RefusalOf(type, method) };
        CheckReport report = Explore(type.Assembly.Location, test, xunit, options, failing);
        if (IsToBeKept(report) && options.Replay is null)
        {
            failing.Add(test.Name, report.Replay!);
        }

        return report;
    }

    /// <summary>Whether a report is of a fault that a schedule shows.</summary>
    public static bool IsToBeKept(CheckReport report) => report.Replay is not null && report.Verdict is not (
        Verdict.Passed or Verdict.NothingChecked or Verdict.Interrupted or Verdict.NotControlled or Verdict.Stuck
        or Verdict.Nondeterministic or Verdict.Diverged or Verdict.CheckerFailed);

    /// <summary>Why the test of a report was not run, or did not continue; null if it was and did.</summary>
    public static string? SkipReason(CheckReport report) =>
        report.Verdict == Verdict.NothingChecked && report.Sentence.StartsWith(Skipped, StringComparison.Ordinal)
            ? report.Sentence[Skipped.Length..]
            : null;

    private static CheckReport Explore(
        string path, TestCase test, TestFramework? framework, CheckOptions options, FailingSchedules failing)
    {
        if (test.Skip is { } skip)
        {
            return Report(Verdict.NothingChecked, $"{Skipped}{skip}");
        }

        if (test.Refusal is { } refusal)
        {
            return Refused(refusal);
        }

        var body = new TestBody(test, framework);
        try
        {
            CheckReport report = Session.Explore(() => Subject.Of(path, body.Bind), options with { Earlier = failing.Of(test.Name) });
            return body._skipped is { } reason && report.Verdict is (Verdict.Passed or Verdict.NothingChecked)
                ? Report(Verdict.NothingChecked, $"{Skipped}{reason}")
                : report;
        }
        catch (TestRefusedException late)
        {
            return Refused(late.Message);
        }
    }

    private Action Bind(SubjectContext context)
    {
        (Type type, MethodInfo method) = _test.Find(context.Subject);
        TestFramework framework = _framework ?? TestFramework.Of(type, method)!;
        object?[] fixture = framework.FixturesOf(type)[_test.Fixture];
        Func<TestRow> row = Row(framework, type, method);
        Action<TestRun, TestRow> once = framework.Prepare(type, method, fixture);
        return () => Run(run =>
        {
            TestRow now = row();
            once(run, now with { Arguments = TestArguments.Fit(method, now.Arguments) });
        });
    }

    private Func<TestRow> Row(TestFramework framework, Type type, MethodInfo method)
    {
        if (_test.Arguments is not { } place)
        {
            return static () => TestRow.None;
        }

        TestSource source = framework.SourcesOf(type, method)[place.Source];
        if (source.IsFixed)
        {
            TestRow only = source.Read().ElementAt(place.Row);
            return () => only;
        }

        return () => source.Read().ElementAt(place.Row);
    }

    private void Run(Action<TestRun> test)
    {
        try
        {
            TestRun.Do(test);
        }
        catch (Exception e) when (TestFramework.IsNoFailure(e, out string? reason))
        {
            _skipped = reason;
        }
        catch (TestRefusedException late) when (ControlledThread.Current is { } thread)
        {
            thread.Execution.FailIn(thread, new Failure(Verdict.NotControlled, Clause(late.Message)));
        }
    }

    private static CheckReport Refused(string reason) => Report(Verdict.NotControlled, Clause(reason));

    private static string Clause(string reason) => $"the test {reason}";

    private static CheckReport Report(Verdict verdict, string sentence) => new()
    {
        Verdict = verdict,
        Sentence = sentence,
        Schedules = 0,
        Elapsed = TimeSpan.Zero,
        Proves = "not run",
    };
}
