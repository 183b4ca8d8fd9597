using System.Reflection;
using Braid.Checking.Engine;
using Braid.Checking.Rewriting;

namespace Braid.Checking.Testing;

/// <summary>A test as the body of a check: each run creates its objects anew, and ends when they are disposed of.</summary>
internal sealed class TestBody(TestCase test)
{
    // Written by the thread that runs the body, one run after the other; read after the check.
    private string? _skipped;

    /// <summary>Checks the test.</summary>
    /// <exception cref="FormatException">The replay string is damaged or was made for another build.</exception>
    public static CheckReport Explore(string path, TestCase test, CheckOptions options)
    {
        if (test.Skip is { } skip)
        {
            return Report(Verdict.NothingChecked, $"skipped: {skip}");
        }

        if (test.Refusal is { } refusal)
        {
            return Refused(refusal);
        }

        var body = new TestBody(test);
        try
        {
            CheckReport report = Session.Explore(() => Subject.Of(path, body.Bind), options);
            return !report.Failed || report.Verdict == Verdict.NothingChecked
                ? body._skipped is { } reason ? Report(Verdict.NothingChecked, $"skipped: {reason}") : report
                : report;
        }
        catch (TestRefusedException late)
        {
            return Refused(late.Message);
        }
    }

    private Action Bind(SubjectContext context)
    {
        (Type type, MethodInfo method) = test.Find(context.Subject);
        TestFramework framework = TestFramework.Of(type, method)!;
        object?[] fixture = framework.FixturesOf(type)[test.Fixture];
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
        if (test.Arguments is not { } place)
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
