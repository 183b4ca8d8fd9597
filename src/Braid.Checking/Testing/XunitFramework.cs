using System.Collections;
using System.Reflection;

namespace Braid.Checking.Testing;

/// <summary>xunit, version 2 and 3.</summary>
internal sealed class XunitFramework : TestFramework
{
    private const string Collection = "Xunit.CollectionAttribute";
    private const string CollectionOf = "Xunit.CollectionAttribute`1";
    private const string ClassFixture = "Xunit.IClassFixture`1";
    private const string CollectionFixture = "Xunit.ICollectionFixture`1";

    protected override string[] TestMarks => ["Xunit.FactAttribute", "Xunit.v3.IFactAttribute"];

    public override string? SkipOf(Type type, MethodInfo method)
    {
        Attribute fact = Marks.Of(method, TestMarks)[0];
        return Marks.Value(fact, "Skip") is string reason && Applies(fact, type) ? reason
            : Marks.Value(fact, "Explicit") is true ? "it is explicit"
            : null;
    }

    public override IReadOnlyList<TestSource> SourcesOf(Type type, MethodInfo method) =>
    [
        .. Marks.Of(method, "Xunit.Sdk.DataAttribute", "Xunit.v3.IDataAttribute").Select(attribute => new TestSource(
            () => Rows(attribute, type, method),
            IsFixed: Marks.Name(attribute.GetType()) == "Xunit.InlineDataAttribute")),
    ];

    public override Action<TestRun, TestRow> Prepare(Type type, MethodInfo method, object?[] fixture)
    {
        Type[] needed = [.. FixtureTypes(type)];
        return (run, row) =>
        {
            Dictionary<Type, object> fixtures = [];
            foreach (Type one in needed)
            {
                fixtures[one] = run.Make(one, Provide(one, fixtures.GetValueOrDefault));
            }

            object? instance = method.IsStatic ? null : run.Make(type, Provide(type, fixtures.GetValueOrDefault));
            TestRun.Call(method, instance, row.Arguments);
        };
    }

    protected override string? Refuse(Type type, MethodInfo method)
    {
        const string beforeAfter = "Xunit.Sdk.BeforeAfterTestAttribute";
        const string beforeAfter3 = "Xunit.v3.IBeforeAfterTestAttribute";
        if (Marks.Types(method, beforeAfter, beforeAfter3).Concat(Marks.Types(type, beforeAfter, beforeAfter3)).FirstOrDefault()
            is { } around)
        {
            return $"has [{around.Name}], which runs code before and after it through xunit's runner; move that into the class";
        }

        try
        {
            List<Type> known = [];
            foreach (Type needed in FixtureTypes(type).Concat(method.IsStatic ? [] : [type]))
            {
                // Only the types matter here; a fixture may be given to those that are created after it.
                Provide(needed, wanted => known.Contains(wanted) ? wanted : null);
                known.Add(needed);
            }

            return null;
        }
        catch (TestRefusedException refusal)
        {
            return refusal.Message;
        }
    }

    /// <summary>Whether a condition for skipping holds: the property that the attribute names, or always if it names none.</summary>
    private static bool Applies(Attribute fact, Type type)
    {
        var owner = Marks.Value(fact, "SkipType") as Type ?? type;
        return Marks.Value(fact, "SkipWhen") is string when ? IsTrue(owner, when)
            : Marks.Value(fact, "SkipUnless") is not string unless || !IsTrue(owner, unless);
    }

    private static bool IsTrue(Type type, string property) =>
        type.GetProperty(property, BindingFlags.Static | BindingFlags.Public | BindingFlags.FlattenHierarchy)
            ?.GetValue(null, BindingFlags.DoNotWrapExceptions, null, null, null) is true;

    /// <summary>
    /// The rows of a data attribute, which reads them itself: from a member, a class, constants, or a source of the program's own.
    /// </summary>
    private static IEnumerable<TestRow> Rows(Attribute attribute, Type type, MethodInfo method)
    {
        // The type in which the attribute looks up its member; if it names none, xunit's runner sets the test class.
        if (attribute.GetType().GetProperty("MemberType") is { CanWrite: true } member && member.GetValue(attribute) is null)
        {
            member.SetValue(attribute, type);
        }

        string? skip = Marks.Value(attribute, "Skip") as string;
        MethodInfo read = attribute.GetType().GetMethod("GetData")!;
        object?[] arguments =
            [method, .. read.GetParameters().Skip(1).Select(static parameter => Activator.CreateInstance(parameter.ParameterType))];
        var rows = TestRun.Call(read, attribute, arguments) as IEnumerable;
        return rows is null
            ? throw new TestRefusedException($"takes its arguments from [{attribute.GetType().Name}], which has none")
            : rows.Cast<object>().Select(row => Row(row, skip));
    }

    private static TestRow Row(object row, string? skip) => row is object?[] arguments
        ? new TestRow(arguments) { Skip = skip }
        : new TestRow((object?[])TestRun.Call(row.GetType().GetInterface("Xunit.ITheoryDataRow")!.GetMethod("GetData")!, row)!)
        {
            Skip = Marks.Value(row, "Skip") as string ?? skip,
        };

    /// <summary>The fixtures of the class, its collection and its assembly, in the order in which they are created.</summary>
    private static IEnumerable<Type> FixtureTypes(Type type)
    {
        Type? definition = Definition(type);
        IEnumerable<Type> assembly = TakesAssemblyFixtures(type) ? AssemblyFixtures(type.Assembly) : [];
        return assembly.Concat(Fixtures(definition, CollectionFixture)).Concat(Fixtures(definition, ClassFixture))
            .Concat(Fixtures(type, ClassFixture)).Distinct();
    }

    private static IEnumerable<Type> Fixtures(Type? type, string kind) =>
        type is null ? [] : type.GetInterfaces().Where(one => Marks.Name(one) == kind).Select(static one => one.GetGenericArguments()[0]);

    /// <summary>The class that defines the collection of this class; null if there is none.</summary>
    private static Type? Definition(Type type)
    {
        if (Marks.Data(type).FirstOrDefault(one => Marks.IsNamed(one.AttributeType, Collection, CollectionOf)) is not { } collection)
        {
            return null;
        }

        object? name = collection.AttributeType.IsGenericType
            ? collection.AttributeType.GetGenericArguments()[0]
            : collection.ConstructorArguments is [{ Value: var given }] ? given : null;
        return name as Type ?? type.Assembly.GetTypes().FirstOrDefault(candidate => candidate.GetCustomAttributesData().Any(one =>
            Marks.IsNamed(one.AttributeType, "Xunit.CollectionDefinitionAttribute")
            && one.ConstructorArguments is [{ Value: string defined }] && defined.Equals(name)));
    }

    /// <summary>
    /// Whether the class may need the fixtures of its assembly: otherwise they are not read, since that may load what the test does not
    /// use.
    /// </summary>
    private static bool TakesAssemblyFixtures(Type type) => type.GetConstructors() is [var constructor] && constructor.GetParameters().Any(
        static parameter => !CanStandIn(parameter.ParameterType));

    private static IEnumerable<Type> AssemblyFixtures(Assembly assembly) => assembly.GetCustomAttributesData()
        .Where(static one => Marks.IsNamed(one.AttributeType, "Xunit.AssemblyFixtureAttribute") && one.ConstructorArguments.Count > 0)
        .Select(static one => (Type)one.ConstructorArguments[0].Value!);

    private static object?[] Provide(Type type, Func<Type, object?> find) => type.IsAbstract && type.IsSealed ? [] :
    [
        .. TestRun.ConstructorOf(type).GetParameters().Select(parameter =>
            find(parameter.ParameterType)
            ?? (CanStandIn(parameter.ParameterType) ? StandIn.Of(parameter.ParameterType)
                : parameter.HasDefaultValue ? parameter.DefaultValue
                : throw new TestRefusedException(
                    $"cannot be given the {parameter.ParameterType.Name} that the constructor of {type.Name} takes: it is no fixture of " +
                    "the class, its collection or its assembly"))),
    ];

    private static bool CanStandIn(Type type) =>
        type.FullName is "Xunit.ITestOutputHelper" or "Xunit.Abstractions.ITestOutputHelper" or "Xunit.Abstractions.IMessageSink"
            or "Xunit.Sdk.IMessageSink";
}
