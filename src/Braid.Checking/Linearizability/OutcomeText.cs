using Braid.Checking.Reports;

namespace Braid.Checking.Linearizability;

/// <summary>Arguments and results of calls as a report shows them.</summary>
internal static class OutcomeText
{
    public static string Of(object? value) => value switch
    {
        Snapshot { IsTuple: true, Elements: var elements } => $"({string.Join(", ", elements.Select(Of))})",
        Snapshot { Elements: var elements } => $"[{string.Join(", ", elements.Select(Of))}]",
        Array array => $"[{string.Join(", ", array.Cast<object?>().Select(Of))}]",
        not null when IsWrittenByItself(value.GetType()) => Written(value),
        _ => ValueText.Of(value),
    };

    /// <summary>Whether the type is not in .NET's core and defines its own text, as a record does.</summary>
    private static bool IsWrittenByItself(Type type) =>
        type.Assembly != typeof(object).Assembly && !type.IsEnum
            && type.GetMethod(nameof(ToString), [])!.DeclaringType is { } writer && writer != typeof(object) && writer != typeof(ValueType);

    private static string Written(object value)
    {
        try
        {
            return value.ToString() ?? "";
        }
        catch (Exception e) when (e is not Engine.RunEndedException)
        {
            return ValueText.Of(value);
        }
    }
}
