using System.Reflection;
using System.Text.RegularExpressions;

namespace Braid.AsyncIO;

/// <summary>Names a callback as a programmer would: the async method that continues, or the method or lambda that is called.</summary>
/// <remarks>
/// The continuation of an <c>await</c> reaches a synchronization context wrapped, by .NET, in delegates, tuples and the box of the method's
/// state machine. None of these types is public, but the state machine is a generic argument of the box's type; so searching the objects to
/// which the wrappers refer needs no knowledge of their names. Used only to report a callback.
/// </remarks>
internal static partial class CallbackName
{
    private const int Depth = 4;

    public static string Of(ReadyCall call) => Of(call.State, Depth) ?? OfMethod(call.Call.Method);

    public static string Of(Delegate callback) => Of(callback, Depth) ?? OfMethod(callback.Method);

    private static string? Of(object? wrapped, int depth) => depth == 0 ? null : wrapped switch
    {
        null => null,
        Handle handle => handle.Callback is { } callback ? Of(callback) : null,
        ITuple tuple =>
            Enumerable.Range(0, tuple.Length).Select(i => Of(tuple[i], depth - 1)).FirstOrDefault(static name => name is not null),
        Delegate callback => Of(callback.Target, depth - 1) ?? (IsOfTheRuntime(callback.Method) ? null : OfMethod(callback.Method)),
        _ =>
            wrapped.GetType().GetGenericArguments()
                .FirstOrDefault(static argument => argument.IsAssignableTo(typeof(IAsyncStateMachine))) is { } machine
                ? OfGenerated(machine.DeclaringType, machine.Name)
                : null,
    };

    private static bool IsOfTheRuntime(MethodInfo method) => method.Module == typeof(object).Module;

    private static string OfMethod(MethodInfo method) => OfGenerated(method.DeclaringType, method.Name);

    /// <summary>
    /// Reads compiler-generated names: <c>&lt;Fetch&gt;d__3</c>, <c>&lt;&lt;Main&gt;b__0_1&gt;d</c>, <c>&lt;Main&gt;g__Fetch|0_1</c>.
    /// </summary>
    private static string OfGenerated(Type? declaring, string name)
    {
        while (declaring is { IsNested: true } && declaring.Name.StartsWith('<'))
        {
            declaring = declaring.DeclaringType;
        }

        string type = declaring is null ? "" : $"{declaring.Name}.";
        Match local = LocalFunction().Match(name);
        if (local.Success)
        {
            return $"{type}{local.Groups["method"].Value}.{local.Groups["name"].Value}";
        }

        Match generated = Generated().Match(name);
        string method = generated.Success ? generated.Groups["method"].Value : name;
        return name.Contains(">b__", StringComparison.Ordinal) ? $"a lambda in {type}{method}" : $"{type}{method}";
    }

    [GeneratedRegex(@"^<*(?<method>[^<>]+)>(\$>)?g__(?<name>[^|]+)\|")]
    private static partial Regex LocalFunction();

    [GeneratedRegex(@"^<*(?<method>[^<>]+)>")]
    private static partial Regex Generated();
}
