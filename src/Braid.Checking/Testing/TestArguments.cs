using System.Globalization;
using System.Reflection;

namespace Braid.Checking.Testing;

/// <summary>Arguments as a test's data state them, and as the method takes them.</summary>
internal static class TestArguments
{
    private const int Shown = 40;

    /// <summary>
    /// Gathers what belongs to a <c>params</c> array, adds defaults, and converts numbers and the like as the frameworks do.
    /// </summary>
    /// <exception cref="TestRefusedException">They do not fit.</exception>
    public static object?[] Fit(MethodBase method, object?[] arguments)
    {
        ParameterInfo[] parameters = method.GetParameters();
        int single = parameters.Length;
        object?[] given = arguments;
        if (parameters is [.., var last] && last.IsDefined(typeof(ParamArrayAttribute), inherit: false)
            && !(given.Length == single && (given[^1] is null || last.ParameterType.IsInstanceOfType(given[^1]))))
        {
            single--;
            Type element = last.ParameterType.GetElementType()!;
            object?[] rest = [.. given.Skip(single).Select(value => Convert(value, element))];
            var array = Array.CreateInstance(element, rest.Length);
            rest.CopyTo(array, 0);
            given = [.. given.Take(single), .. Enumerable.Repeat((object?)null, Math.Max(0, single - given.Length)), array];
        }

        if (given.Length > parameters.Length || parameters.Skip(given.Length).Any(static parameter => !parameter.HasDefaultValue))
        {
            throw new TestRefusedException(
                $"takes {Reports.Text.Count(parameters.Length, "argument")}, and a row of its data has {arguments.Length:n0}");
        }

        return
        [
            .. parameters.Select((parameter, i) =>
                i >= given.Length ? parameter.DefaultValue : i < single ? Convert(given[i], parameter.ParameterType) : given[i]),
        ];
    }

    /// <summary>Arguments as the name of a case shows them. No code of the program is called for it.</summary>
    public static string Text(IEnumerable<object?> arguments) => string.Join(", ", arguments.Select(Text));

    private static object? Convert(object? value, Type type)
    {
        Type wanted = Nullable.GetUnderlyingType(type) ?? type;
        if (value is null || wanted.IsInstanceOfType(value))
        {
            return value is null && type.IsValueType && wanted == type
                ? throw new TestRefusedException($"takes an argument of type {type.Name}, and a row of its data has null")
                : value;
        }

        try
        {
            return wanted.IsEnum && value is not string ? Enum.ToObject(wanted, value)
                : wanted == typeof(Guid) && value is string guid ? Guid.Parse(guid)
                : wanted == typeof(TimeSpan) && value is string span ? TimeSpan.Parse(span, CultureInfo.InvariantCulture)
                : System.Convert.ChangeType(value, wanted, CultureInfo.InvariantCulture);
        }
        catch (Exception refusal) when (refusal is InvalidCastException or FormatException or OverflowException or ArgumentException)
        {
            throw new TestRefusedException(
                $"takes an argument of type {type.Name}, and a row of its data has a value of type {value.GetType().Name}: " +
                refusal.Message);
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => Cut($"\"{text.ReplaceLineEndings("\\n")}\""),
        char one => $"'{one}'",
        bool flag => flag ? "true" : "false",
        Enum or DateTime or DateTimeOffset or TimeSpan or Guid => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        IFormattable number when value.GetType().IsPrimitive || value is decimal => number.ToString(null, CultureInfo.InvariantCulture),
        Type type => $"typeof({type.Name})",
        Array { Rank: 1 } array => Cut($"[{Text(array.Cast<object?>().Take(Shown))}]"),
        _ => value.GetType().Name,
    };

    private static string Cut(string text) => text.Length <= Shown ? text : $"{text[..Shown]}...";
}
