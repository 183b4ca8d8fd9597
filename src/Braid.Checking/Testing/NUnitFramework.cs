using System.Reflection;

namespace Braid.Checking.Testing;

/// <summary>NUnit, version 3 and later.</summary>
internal sealed class NUnitFramework : TestFramework
{
    private const string Fixture = "NUnit.Framework.TestFixtureAttribute";
    private const string Case = "NUnit.Framework.TestCaseAttribute";
    private const string CaseSource = "NUnit.Framework.TestCaseSourceAttribute";
    private const string SetUpFixture = "NUnit.Framework.SetUpFixtureAttribute";

    protected override string[] TestMarks => ["NUnit.Framework.TestAttribute", "NUnit.Framework.Interfaces.ITestBuilder"];

    public override string? SkipOf(Type type, MethodInfo method)
    {
        if (new MemberInfo[] { method, type }.SelectMany(Marks.Data)
            .FirstOrDefault(one => Marks.IsNamed(one.AttributeType, "NUnit.Framework.IgnoreAttribute")) is { } ignore)
        {
            return ignore.ConstructorArguments is [{ Value: string reason }] ? reason : "it is ignored";
        }

        return Marks.Has(method, "NUnit.Framework.ExplicitAttribute") || Marks.Has(type, "NUnit.Framework.ExplicitAttribute")
            ? "it is explicit"
            : null;
    }

    public override IReadOnlyList<TestSource> SourcesOf(Type type, MethodInfo method) =>
    [
        .. Marks.Of(method, Case).Select(one => new TestSource(() => [Row(one)], IsFixed: true)),
        .. Marks.Of(method, CaseSource).Select(one => new TestSource(() => Rows(one, type), IsFixed: false)),
        .. Expects(method) ? [new TestSource(() => [Expected(method)], IsFixed: true)] : Array.Empty<TestSource>(),
    ];

    public override IReadOnlyList<object?[]> FixturesOf(Type type)
    {
        object?[][] fixtures =
        [
            .. Marks.Of(type, Fixture).Select(static one => Marks.Value(one, "Arguments") as object?[] ?? [])
                .Where(static one => one.Length > 0),
        ];
        return fixtures.Length > 0 ? fixtures : [[]];
    }

    public override Action<TestRun, TestRow> Prepare(Type type, MethodInfo method, object?[] fixture)
    {
        const string once = "NUnit.Framework.OneTimeSetUpAttribute";
        const string onceAfter = "NUnit.Framework.OneTimeTearDownAttribute";
        (Type Type, IReadOnlyList<Surrounding> Around)[] outer =
            [.. SetUpFixtures(type).Select(static one => (one, TestRun.Find(TestRun.Line(one), once, onceAfter)))];
        IReadOnlyList<Surrounding> aroundAll = TestRun.Find(TestRun.Line(type), once, onceAfter);
        IReadOnlyList<Surrounding> aroundEach =
            TestRun.Find(TestRun.Line(type), "NUnit.Framework.SetUpAttribute", "NUnit.Framework.TearDownAttribute");
        object?[] arguments = fixture.Length > 0 ? TestArguments.Fit(TestRun.ConstructorOf(type), fixture) : [];
        return (run, row) =>
        {
            foreach ((Type setUp, IReadOnlyList<Surrounding> around) in outer)
            {
                run.Around(around, setUp.IsAbstract ? null : run.Make(setUp, []));
            }

            object? instance = type.IsAbstract ? null : run.Make(type, arguments);
            run.Around(aroundAll, instance);
            run.Around(aroundEach, instance);
            object? result = TestRun.Call(method, instance, row.Arguments);
            if (row.HasExpected && !Equals(result, Convert(row.Expected, result)))
            {
                throw new TestFailedException(method, $"the test returned {result ?? "null"}, and {row.Expected ?? "null"} is expected");
            }
        };
    }

    protected override string? Refuse(Type type, MethodInfo method)
    {
        Type[] builders = [.. Marks.Types(method, "NUnit.Framework.Interfaces.ITestBuilder")];
        if (Array.Find(builders, static one => !Marks.IsNamed(one, Case, CaseSource)) is { } builder)
        {
            return $"gets its arguments from [{builder.Name}]; the checker reads TestCase and TestCaseSource";
        }

        if (method.GetParameters().SelectMany(static parameter => parameter.GetCustomAttributesData())
            .Select(static one => one.AttributeType)
            .FirstOrDefault(static one => Marks.IsNamed(one, "NUnit.Framework.Interfaces.IParameterDataSource")) is { } values)
        {
            return $"gets an argument from [{values.Name}]; the checker reads TestCase and TestCaseSource";
        }

        if (Marks.Types(type, "NUnit.Framework.Interfaces.IFixtureBuilder")
            .FirstOrDefault(static one => !Marks.IsNamed(one, Fixture, SetUpFixture)) is { } source)
        {
            return $"is in a class that is created by [{source.Name}]; the checker reads TestFixture";
        }

        const string action = "NUnit.Framework.ITestAction";
        return Marks.Types(type, action).Concat(Marks.Types(method, action)).FirstOrDefault() is { } around
            ? $"has [{around.Name}], which runs code before and after it through NUnit's runner; move that into SetUp and TearDown"
            : null;
    }

    private static TestRow Row(object data)
    {
        object? properties = Marks.Value(data, "Properties");
        string? skip = Marks.Value(data, "IgnoreReason") as string
            ?? properties?.GetType().GetMethod("Get", [typeof(string)])?.Invoke(properties, ["_SKIPREASON"]) as string;
        bool isExplicit = Marks.Value(data, "Explicit") is true || $"{Marks.Value(data, "RunState")}" == "Explicit";
        bool isIgnored = $"{Marks.Value(data, "RunState")}" is "Ignored" or "Skipped";
        return new TestRow(Marks.Value(data, "Arguments") as object?[] ?? [])
        {
            Skip = skip ?? (isExplicit ? "it is explicit" : isIgnored ? "it is ignored" : null),
            HasExpected = Marks.Value(data, "HasExpectedResult") is true,
            Expected = Marks.Value(data, "ExpectedResult"),
        };
    }

    private static IEnumerable<TestRow> Rows(Attribute source, Type type)
    {
        var owner = Marks.Value(source, "SourceType") as Type ?? type;
        object?[] arguments = Marks.Value(source, "MethodParams") as object?[] ?? [];
        IEnumerable<object?> rows = Marks.Value(source, "SourceName") is string name
            ? Read(owner, name, arguments)
            : ((System.Collections.IEnumerable)Activator.CreateInstance(owner, arguments)!).Cast<object?>();
        return rows.Select(static row => row switch
        {
            object?[] array => new TestRow(array),
            not null when Marks.IsNamed(row.GetType(), "NUnit.Framework.Interfaces.ITestCaseData") => Row(row),
            _ => new TestRow([row]),
        });
    }

    /// <summary>A test without cases may state on its own attribute what it returns.</summary>
    private bool Expects(MethodInfo method) =>
        method.GetParameters().Length == 0 && !Marks.Has(method, Case, CaseSource) && Expected(method).HasExpected;

    private TestRow Expected(MethodInfo method) => new([])
    {
        HasExpected = Marks.Data(method).Any(one =>
            Marks.IsNamed(one.AttributeType, TestMarks) && one.NamedArguments.Any(static named => named.MemberName == "ExpectedResult")),
        Expected = Marks.Value(Marks.Of(method, TestMarks)[0], "ExpectedResult"),
    };

    private static object? Convert(object? expected, object? like) =>
        expected is IConvertible && like is IConvertible && expected.GetType() != like.GetType() && like is not Enum
            ? System.Convert.ChangeType(expected, like.GetType(), System.Globalization.CultureInfo.InvariantCulture)
            : expected;

    /// <summary>The classes that set up a namespace, the outermost first.</summary>
    private static IEnumerable<Type> SetUpFixtures(Type type) => type.Assembly.GetTypes()
        .Where(static candidate => Marks.Has(candidate, SetUpFixture))
        .Where(candidate =>
            candidate.Namespace is null || $"{type.Namespace}.".StartsWith($"{candidate.Namespace}.", StringComparison.Ordinal))
        .OrderBy(static candidate => candidate.Namespace?.Length ?? 0);
}
