using System.Reflection;

namespace Braid.Checking.Testing;

/// <summary>One test of an assembly, with the arguments of one of its cases.</summary>
/// <remarks>It names what it consists of, and refers to no loaded code: each check may use another copy of the program.</remarks>
internal sealed record TestCase
{
    private const BindingFlags Any =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;

    /// <summary>A test that is a method without arguments.</summary>
    /// <param name="type">The class, which may inherit the method.</param>
    /// <param name="method">The method.</param>
    public TestCase(Type type, MethodInfo method)
    {
        Class = type.FullName!;
        DeclaringClass = method.DeclaringType!.ToString();
        Signature = method.ToString()!;
        Name = $"{Class.Replace('+', '.')}.{method.Name}";
    }

    /// <summary>The full name in reports: <c>Shop.BankTests.Deposits(2, "EUR")</c>. No two tests of an assembly share one.</summary>
    public string Name { get; init; }

    public string Class { get; }

    public string DeclaringClass { get; }

    public string Signature { get; }

    /// <summary>The number of the arguments that the class is created with, among those that its framework lists.</summary>
    public int Fixture { get; init; }

    /// <summary>The number of the source of its arguments, and of the row there; null if it takes none.</summary>
    public (int Source, int Row)? Arguments { get; init; }

    /// <summary>Why the framework does not run it; null if it does.</summary>
    public string? Skip { get; init; }

    /// <summary>Why the checker cannot run it, as a clause: "takes an ILogger". Null if it can.</summary>
    public string? Refusal { get; init; }

    /// <summary>The class and the method in a copy of the program.</summary>
    /// <exception cref="ArgumentException">The assembly has no such test.</exception>
    public (Type Class, MethodInfo Method) Find(Assembly assembly)
    {
        Type? type = assembly.GetType(Class);
        MethodInfo? method = type?.GetMethods(Any)
            .FirstOrDefault(method => method.ToString() == Signature && method.DeclaringType!.ToString() == DeclaringClass);
        return method is null
            ? throw new ArgumentException($"The file {assembly.GetName().Name} has no test {Name}: it is another build. Build again.")
            : (type!, method);
    }

    /// <summary>Every method of a class that may be a test, inherited ones too.</summary>
    public static IEnumerable<MethodInfo> Candidates(Type type) =>
        type.GetMethods(Any).Where(static method => method.DeclaringType != typeof(object));
}
