using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Testing;

/// <summary>MSTest, version 2 and later.</summary>
internal sealed class MSTestFramework : TestFramework
{
    private const string Space = "Microsoft.VisualStudio.TestTools.UnitTesting.";
    private const string DataSource = $"{Space}ITestDataSource";
    private const string Context = $"{Space}TestContext";

    protected override string[] TestMarks => [$"{Space}TestMethodAttribute"];

    public override string? SkipOf(Type type, MethodInfo method)
    {
        Attribute? ignore = Marks.Of(method, $"{Space}IgnoreAttribute").Concat(Marks.Of(type, $"{Space}IgnoreAttribute")).FirstOrDefault();
        return ignore is null ? null : Marks.Value(ignore, "IgnoreMessage") is string { Length: > 0 } reason ? reason : "it is ignored";
    }

    public override IReadOnlyList<TestSource> SourcesOf(Type type, MethodInfo method) =>
    [
        .. Marks.Of(method, DataSource).Select(one => new TestSource(
            () => Rows(one, method), IsFixed: Marks.IsNamed(one.GetType(), $"{Space}DataRowAttribute"))),
    ];

    public override Action<TestRun, TestRow> Prepare(Type type, MethodInfo method, object?[] fixture)
    {
        PropertyInfo? property = type.GetProperty("TestContext") is { CanWrite: true } settable ? settable : null;
        bool takesContext = !method.IsStatic && TestRun.ConstructorOf(type).GetParameters().Length > 0;
        IReadOnlyList<Surrounding> aroundAll =
        [
            .. type.Assembly.GetTypes().Where(IsTestClass)
                .SelectMany(static other => Find([other], "AssemblyInitialize", "AssemblyCleanup")),
            .. Find(TestRun.Line(type).Where(level => level == type || IsInherited(level)), "ClassInitialize", "ClassCleanup"),
        ];
        IReadOnlyList<Surrounding> aroundEach = Find(TestRun.Line(type), "TestInitialize", "TestCleanup");
        Type? contextType = property?.PropertyType ?? aroundAll.SelectMany(static one => one.Method.GetParameters())
            .Concat(takesContext ? TestRun.ConstructorOf(type).GetParameters() : []).FirstOrDefault()?.ParameterType;
        var expected = ExpectedException.Of(Marks.Of(method, $"{Space}ExpectedExceptionAttribute"));
        return (run, row) =>
        {
            object? context = contextType is null ? null : StandIn.Of(contextType);
            run.Around(aroundAll, null, context);
            object? instance = method.IsStatic ? null : run.Make(type, takesContext ? [context] : []);
            property?.SetValue(instance, context, BindingFlags.DoNotWrapExceptions, null, null, null);
            run.Around(aroundEach, instance);
            if (expected is null)
            {
                TestRun.Call(method, instance, row.Arguments);
            }
            else
            {
                expected.From(method, () => TestRun.Call(method, instance, row.Arguments));
            }
        };
    }

    protected override bool IsTestClass(Type type) => Marks.Has(type, $"{Space}TestClassAttribute");

    protected override string? Refuse(Type type, MethodInfo method)
    {
        try
        {
            ParameterInfo[] needed = method.IsStatic ? [] : TestRun.ConstructorOf(type).GetParameters();
            return Array.Find(needed, static parameter => parameter.ParameterType.FullName != Context) is { } unknown
                ? $"cannot be given the {unknown.ParameterType.Name} that the constructor of its class takes"
                : null;
        }
        catch (TestRefusedException refusal)
        {
            return refusal.Message;
        }
    }

    private static IReadOnlyList<Surrounding> Find(IEnumerable<Type> levels, string before, string after) =>
        TestRun.Find(levels, $"{Space}{before}Attribute", $"{Space}{after}Attribute");

    /// <summary>Whether a class's initialization is also that of the classes derived from it.</summary>
    private static bool IsInherited(Type level) => TestRun.Marked(level, $"{Space}ClassInitializeAttribute")
        .SelectMany(static method => Marks.Of(method, $"{Space}ClassInitializeAttribute"))
        .Any(static attribute => $"{Marks.Value(attribute, "InheritanceBehavior")}" == "BeforeEachDerivedClass");

    private static IEnumerable<TestRow> Rows(Attribute source, MethodInfo method)
    {
        string? skip = Marks.Value(source, "IgnoreMessage") as string;
        var rows = (IEnumerable)TestRun.Call(source.GetType().GetInterface(DataSource)!.GetMethod("GetData")!, source, method)!;
        return rows.Cast<object?[]>().Select(row => row is [{ } only] && Marks.IsNamed(only.GetType(), $"{Space}ITestDataRow")
            ? new TestRow(Values(Marks.Value(only, "Value"), method)) { Skip = Marks.Value(only, "IgnoreMessage") as string ?? skip }
            : new TestRow(row is [ITuple several] ? Values(several, method) : row) { Skip = skip });
    }

    private static object?[] Values(object? value, MethodInfo method) => value switch
    {
        object?[] array => array,
        ITuple tuple when method.GetParameters().Length > 1 => [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i])],
        _ => [value],
    };

    /// <summary>The exception that a test must throw.</summary>
    private sealed record ExpectedException(Type Type, bool AllowsDerived)
    {
        public static ExpectedException? Of(IReadOnlyList<Attribute> marks) => marks is [var mark]
            ? new ExpectedException((Type)Marks.Value(mark, "ExceptionType")!, Marks.Value(mark, "AllowDerivedTypes") is true)
            : null;

        public void From(MethodInfo test, Action call)
        {
            try
            {
                call();
            }
            catch (Exception e) when (e is not RunEndedException && (AllowsDerived ? Type.IsInstanceOfType(e) : e.GetType() == Type))
            {
                return;
            }

            throw new TestFailedException(test, $"the test did not throw {Type.Name}, which is expected");
        }
    }
}
