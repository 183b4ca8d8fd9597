using System.Reflection;
using Braid.Checking.Testing;
using Xunit.v3;

namespace Braid.Checking;

/// <summary>Runs one test under the checker, which creates its class itself, once for each schedule.</summary>
internal sealed class CheckTestRunner : XunitTestRunner
{
    protected override bool IsTestClassCreatable(XunitTestRunnerContext ctxt) => false;

    protected override ValueTask<TimeSpan> InvokeTest(XunitTestRunnerContext ctxt, object? testClassInstance) =>
        ExecutionTimer.MeasureAsync(() => ctxt.Aggregator.RunAsync(() =>
        {
            Check(ctxt.Test.TestMethod, ctxt.CancellationTokenSource.Token);
            return default;
        }));

    private static void Check(IXunitTestMethod test, CancellationToken cancellation)
    {
        var fact = test.Method.GetCustomAttribute<CheckFactAttribute>()!;
        Type type = test.TestClass.Class;

        // A build server may have written other paths into the assembly than there are here.
        string file = File.Exists(fact.SourceFilePath)
            ? fact.SourceFilePath
            : Path.Combine(AppContext.BaseDirectory, $"{type.FullName}.cs");
        CheckOptions options = fact.ToOptions(Path.GetDirectoryName(file)!) with { Cancellation = cancellation };
        CheckReport report = TestBody.Explore(type, test.Method, options, new FailingSchedules(Path.ChangeExtension(file, ".schedules")));
        if (TestBody.SkipReason(report) is { } reason)
        {
            throw new InvalidOperationException($"{Testing.TestFramework.DynamicSkip}{reason}");
        }

        if (report.Failed)
        {
            throw new CheckFailedException(report);
        }
    }
}
