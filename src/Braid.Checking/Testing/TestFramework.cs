using System.Reflection;
using System.Runtime.CompilerServices;

namespace Braid.Checking.Testing;

/// <summary>What a test framework's attributes mean, and what it does before and after a test.</summary>
/// <remarks>
/// Each is recognized by the names of its types, so that the checker depends on none. A framework runs many tests with one set of
/// fixtures; here every run of every test creates its own.
/// </remarks>
internal abstract class TestFramework
{
    /// <summary>The beginning of the message of the exception by which xunit 3 skips a test that is running.</summary>
    public const string DynamicSkip = "$XunitDynamicSkip$";

    private static readonly XunitFramework s_xunit = new();
    private static readonly TestFramework[] s_all = [s_xunit, new NUnitFramework(), new MSTestFramework()];

    public static TestFramework Xunit => s_xunit;

    /// <summary>Simple names of the assemblies that a project with tests refers to.</summary>
    public static IReadOnlyCollection<string> Assemblies { get; } =
    [
        "xunit.core", "xunit.v3.core", "nunit.framework", "MSTest.TestFramework", "Microsoft.VisualStudio.TestPlatform.TestFramework",
    ];

    /// <summary>The names of the attributes that make a method a test.</summary>
    protected abstract string[] TestMarks { get; }

    /// <summary>The framework whose test a method is; null if it is none.</summary>
    public static TestFramework? Of(Type type, MethodInfo method) =>
        Array.Find(s_all, framework => Marks.Has(method, framework.TestMarks) && framework.IsTestClass(type));

    /// <summary>Why the framework does not run the test; null if it does.</summary>
    public abstract string? SkipOf(Type type, MethodInfo method);

    /// <summary>Why the checker cannot run the test, as a clause; null if it can.</summary>
    public string? RefusalOf(Type type, MethodInfo method) =>
        type.ContainsGenericParameters ? "is in a generic class, and nothing says of which type"
        : method.ContainsGenericParameters ? "is generic, and its type would have to be inferred from its arguments"
        : method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute), inherit: false)
            ? "is async void, so that nothing can wait for its end; let it return a Task"
        : CannotAwait(method.ReturnType) ? $"returns a {method.ReturnType.Name}, which is neither a task nor a value"
        : Refuse(type, method);

    /// <summary>What provides the test's arguments; empty if nothing does.</summary>
    public abstract IReadOnlyList<TestSource> SourcesOf(Type type, MethodInfo method);

    /// <summary>The arguments that the class may be created with, one entry for each time its tests run.</summary>
    public virtual IReadOnlyList<object?[]> FixturesOf(Type type) => [[]];

    /// <summary>Looks up all that a run of the test consists of, once for all runs.</summary>
    /// <returns>Runs the test once.</returns>
    public abstract Action<TestRun, TestRow> Prepare(Type type, MethodInfo method, object?[] fixture);

    /// <summary>Whether an exception ends a test that has not failed.</summary>
    /// <param name="thrown">The exception that the test threw.</param>
    /// <param name="reason">Why the test did not continue; null if it passed.</param>
    public static bool IsNoFailure(Exception thrown, out string? reason)
    {
        bool isSkip = Marks.IsNamed(
            thrown.GetType(),
            "NUnit.Framework.IgnoreException",
            "NUnit.Framework.InconclusiveException",
            "Microsoft.VisualStudio.TestTools.UnitTesting.AssertInconclusiveException",
            "Xunit.SkipException") || thrown.Message.StartsWith(DynamicSkip, StringComparison.Ordinal);
        reason = isSkip ? thrown.Message.Replace(DynamicSkip, "", StringComparison.Ordinal) : null;
        return isSkip || Marks.IsNamed(thrown.GetType(), "NUnit.Framework.SuccessException");
    }

    protected virtual bool IsTestClass(Type type) => true;

    protected virtual string? Refuse(Type type, MethodInfo method) => null;

    /// <summary>Looks up the static member that provides a test's arguments, and returns what it yields.</summary>
    protected static IEnumerable<object?> Read(Type type, string name, object?[] arguments)
    {
        const BindingFlags any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy;
        MemberInfo member = type.GetMember(name, MemberTypes.Property | MemberTypes.Field | MemberTypes.Method, any)
            .FirstOrDefault(member => member is not MethodInfo method || method.GetParameters().Length == arguments.Length)
            ?? throw new TestRefusedException($"takes its arguments from {type.Name}.{name}, which is not a static member");
        object? read = member switch
        {
            PropertyInfo property => property.GetValue(null, BindingFlags.DoNotWrapExceptions, null, null, null),
            FieldInfo field => field.GetValue(null),
            _ => TestRun.Call((MethodInfo)member, null, TestArguments.Fit((MethodInfo)member, arguments)),
        };
        return read is System.Collections.IEnumerable rows
            ? rows.Cast<object?>()
            : throw new TestRefusedException($"takes its arguments from {type.Name}.{name}, which does not return a sequence");
    }

    private static bool CannotAwait(Type type) => !TestRun.IsAwaitable(type) && type.GetMethod("GetAwaiter", Type.EmptyTypes) is not null;
}
