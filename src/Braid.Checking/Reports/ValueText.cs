using System.Globalization;

namespace Braid.Checking.Reports;

/// <summary>Values as a timeline shows them. This never calls the program's code.</summary>
internal static class ValueText
{
    private const int LongestString = 24;

    public static string Of<T>(T value) => value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        string s => s.Length > LongestString ? $"\"{s[..LongestString]}...\"" : $"\"{s}\"",
        char c => $"'{c}'",
        Enum e => e.ToString(),
        _ when typeof(T).IsPrimitive || value.GetType().IsPrimitive => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        IFormattable number when value.GetType() is { IsValueType: true } type && type.Assembly == typeof(object).Assembly =>
            number.ToString(null, CultureInfo.InvariantCulture),
        Delegate => "a delegate",
        _ => $"a {NameOf(value.GetType())}",
    };

    private static string NameOf(Type type)
    {
        string name = type.Name;
        int arity = name.IndexOf('`', StringComparison.Ordinal);
        return arity < 0 ? name : name[..arity];
    }
}
