using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Braid.Checking.Testing;

/// <summary>The tests of an assembly, as its frameworks would run them.</summary>
/// <remarks>
/// They are read from the rewritten copy of the assembly, since the data of a test may come from its code, which must run for that: each
/// case of a test is one check.
/// </remarks>
internal static class TestList
{
    // The time limit for the data of one test. Rewriting the frameworks takes seconds the first time.
    private static readonly TimeSpan s_readLimit = TimeSpan.FromMinutes(1);

    /// <param name="path">The assembly's file.</param>
    /// <param name="readLimit">How long the data of one test may take; null for a minute.</param>
    /// <exception cref="ArgumentException">Something that its classes refer to is missing, or reading the data of a test does not
    /// end.</exception>
    public static IReadOnlyList<TestCase> Of(string path, TimeSpan? readLimit = null)
    {
        IReadOnlyList<TestCase>? tests = null;
        ExceptionDispatchInfo? thrown = null;
        string? begun = null;     // the test whose data is being read; written by the reader, read by the thread that waits for it
        void Read()
        {
            try
            {
                tests = Subject.Use(
                    path,
                    context => Unique(
                        context.Subject.GetTypes().SelectMany(type => Tests(type, test => Volatile.Write(ref begun, test)))));
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }
        }

        // The reader runs code of the program, which no other thread can end.
        var reader = new Thread(Read) { IsBackground = true, Name = "braid check tests" };
        reader.Start();
        for (string? before = null; !reader.Join(readLimit ?? s_readLimit); before = Volatile.Read(ref begun))
        {
            if (Volatile.Read(ref begun) is { } test && test == before)
            {
                throw new ArgumentException(
                    $"{Path.GetFileName(path)} cannot be searched for tests: reading the data of {test} does not end.", nameof(path));
            }
        }

        if (thrown?.SourceException is ReflectionTypeLoadException or TypeLoadException or IOException)
        {
            Exception refusal = thrown.SourceException;
            string reason = (refusal as ReflectionTypeLoadException)?.LoaderExceptions.FirstOrDefault()?.Message ?? refusal.Message;
            throw new ArgumentException(
                $"{Path.GetFileName(path)} cannot be searched for tests: {reason} What it refers to must be beside it, as a test " +
                "project's build puts it.",
                nameof(path),
                refusal);
        }

        thrown?.Throw();
        return tests!;
    }

    private static IEnumerable<TestCase> Tests(Type type, Action<string> begin) =>
        type.IsAbstract && !type.IsSealed
            ? []
            : from method in TestCase.Candidates(type)
              let framework = TestFramework.Of(type, method)
              where framework is not null
              from test in Cases(framework, type, method, begin)
              select test;

    private static IEnumerable<TestCase> Cases(TestFramework framework, Type type, MethodInfo method, Action<string> begin)
    {
        var test = new TestCase(type, method);
        begin(test.Name);
        try
        {
            return framework.SkipOf(type, method) is { } skip ? [test with { Skip = skip }]
                : framework.RefusalOf(type, method) is { } refusal ? [test with { Refusal = refusal }]
                : [.. framework.FixturesOf(type).SelectMany((fixture, i) => Cases(framework, type, method, Named(test, i, fixture)))];
        }
        catch (TestRefusedException refusal)
        {
            return [test with { Refusal = refusal.Message }];
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return [test with { Refusal = $"cannot be prepared: {failure.GetType().Name}: {failure.Message}" }];
        }
    }

    private static TestCase Named(TestCase test, int number, object?[] fixture)
    {
        int dot = test.Name.LastIndexOf('.');
        string name = fixture.Length == 0 ? test.Name : $"{test.Name[..dot]}({TestArguments.Text(fixture)}){test.Name[dot..]}";
        return test with { Fixture = number, Name = name };
    }

    private static List<TestCase> Cases(TestFramework framework, Type type, MethodInfo method, TestCase test)
    {
        IReadOnlyList<TestSource> sources = framework.SourcesOf(type, method);
        if (sources.Count == 0)
        {
            return [method.GetParameters().Length == 0 ? test : test with { Refusal = "takes arguments, and nothing provides them" }];
        }

        List<TestCase> cases = [];
        for (int source = 0; source < sources.Count; source++)
        {
            int number = 0;
            foreach (TestRow row in sources[source].Read())
            {
                string name = row.Arguments.Length == 0 ? test.Name : $"{test.Name}({TestArguments.Text(row.Arguments)})";
                cases.Add(test with { Name = name, Arguments = (source, number++), Skip = row.Skip, Refusal = RefusalOf(method, row) });
            }
        }

        return cases.Count > 0 ? cases : [test with { Refusal = "takes arguments, and its data have no row" }];
    }

    private static string? RefusalOf(MethodInfo method, TestRow row)
    {
        try
        {
            TestArguments.Fit(method, row.Arguments);
            return null;
        }
        catch (TestRefusedException refusal)
        {
            return refusal.Message;
        }
    }

    private static List<TestCase> Unique(IEnumerable<TestCase> tests)
    {
        Dictionary<string, int> met = [];
        return [.. tests.Select(test => (met[test.Name] = met.GetValueOrDefault(test.Name) + 1) is > 1 and var times
            ? test with { Name = $"{test.Name} #{times}" }
            : test)];
    }
}
