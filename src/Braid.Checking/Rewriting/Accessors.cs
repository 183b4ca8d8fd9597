using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>
/// Methods through which code reads and writes a location: accessors of properties and indexers, pairs such as GetBalance and SetBalance,
/// and those of Volatile and Interlocked.
/// </summary>
/// <remarks>
/// A location is known by its name alone: "Count" for get_Count, GetCount, TryGetCount and set_Count, of whatever type. That a method reads
/// it through one name and writes it back through the other only makes it worth watching in a run; there, the memory that the two really
/// use decides.
/// </remarks>
internal static class Accessors
{
    private static readonly string[] s_reading = ["get_", "TryGet", "Get", "Read", "Load", "Fetch", "Peek"];
    private static readonly string[] s_writing = ["set_", "TrySet", "Set", "Write", "Store", "Put", "Update", "Replace"];

    // All of them access the same element as the indexer.
    private static readonly string[] s_element = ["", "Item", "Value", "ValueOrDefault", "At", "ElementAt"];

    /// <summary>The location that a call reads; empty if its first argument is the address; null if the call reads none.</summary>
    public static string? ReadPlace(MethodReference called) =>
        IsAtomic(called)
            ? called.Name is "Read" or "Add" or "Increment" or "Decrement" or "Exchange" or "CompareExchange" or "Or" or "And" ? "" : null
        : StackEffect.IsVoid(called.ReturnType) ? null
        : called.Name == "ContainsKey" ? "place Item"
        : PlaceAfter(s_reading, called.Name) ?? (called.Parameters.Count == 0 && called.HasThis ? $"place {called.Name}" : null);

    /// <summary>
    /// The location that a call overwrites with its last argument; empty if its first argument is the address; null if the call overwrites
    /// none.
    /// </summary>
    public static string? WrittenPlace(MethodReference called) =>
        called.Parameters.Count == 0 ? null
        : IsAtomic(called) ? called.Name is "Write" or "Exchange" ? "" : null
        : PlaceAfter(s_writing, called.Name) ?? (called.Parameters.Count == 1 && called.HasThis ? $"place {called.Name}" : null);

    /// <summary>The location in the program's words: "Account.Balance", "an element of counts".</summary>
    public static string NameOf(MethodReference called, string on)
    {
        string type = MethodNames.Plain(called.DeclaringType.Name);
        if (IsOfElement(called.Name))
        {
            return $"an element of {(on.Length > 0 ? on : type)}";
        }

        string? verb = VerbOf(s_reading, called.Name) ?? VerbOf(s_writing, called.Name);
        string rest = called.Name[(verb?.Length ?? 0)..];
        return rest.Length > 0 ? $"{type}.{rest}" : type;
    }

    /// <summary>
    /// Whether a call of this name accesses the element that its first argument names, or the second argument of an extension.
    /// </summary>
    public static bool IsOfElement(string name) =>
        name is "get_Item" or "set_Item" or "TryGetValue" or "GetValueOrDefault" or "ContainsKey";

    private static bool IsAtomic(MethodReference called) =>
        called.DeclaringType.FullName is "System.Threading.Volatile" or "System.Threading.Interlocked" && called.Parameters.Count > 0;

    private static string? PlaceAfter(string[] verbs, string name)
    {
        if (VerbOf(verbs, name) is not { } verb)
        {
            return null;
        }

        string rest = name[verb.Length..];
        return $"place {(s_element.Contains(rest) ? "Item" : rest)}";
    }

    private static string? VerbOf(string[] verbs, string name) =>
        Array.Find(verbs, verb => name.StartsWith(verb, StringComparison.Ordinal)
            && (name.Length == verb.Length || !char.IsLower(name[verb.Length])));
}
