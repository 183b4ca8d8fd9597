namespace Braid.Python;

/// <summary>What Python's built-in types take their arguments for.</summary>
internal static class Arguments
{
    /// <summary>Python's truth of a value.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool truth => truth,
        string text => text.Length > 0,
        double number => number != 0,
        System.Collections.ICollection items => items.Count > 0,
        _ => PythonInt.Of(value) is not { IsZero: true },
    };

    /// <summary>An int that fits.</summary>
    /// <exception cref="PythonException">A TypeError or an OverflowError.</exception>
    public static long Int(object? value, string what) => value switch
    {
        long number => number,
        bool truth => truth ? 1 : 0,
        _ when PythonInt.Of(value) is { } integer => integer >= long.MinValue && integer <= long.MaxValue
            ? (long)integer
            : throw Exceptions.Make("OverflowError", $"{what} is too large"),
        _ => throw Exceptions.Make("TypeError", $"{what} must be an int, not {PythonRepr.TypeOf(value)}"),
    };

    /// <summary>An int of 32 bits.</summary>
    /// <inheritdoc cref="Int(object?, string)" path="/exception"/>
    public static int Int32(object? value, string what) => Int(value, what) is >= int.MinValue and <= int.MaxValue and var number
        ? (int)number
        : throw Exceptions.Make("OverflowError", $"{what} is too large");

    /// <summary>Seconds as a time; None is forever, and what is longer than .NET's longest wait too.</summary>
    /// <exception cref="PythonException">A TypeError, or a ValueError for NaN.</exception>
    public static TimeSpan Time(object? seconds)
    {
        double value = seconds switch
        {
            null => double.PositiveInfinity,
            double number => number,
            _ => Int(seconds, "timeout"),
        };
        return double.IsNaN(value) ? throw Exceptions.Make("ValueError", "Invalid value NaN (not a number)")
            : value <= 0 ? TimeSpan.Zero
            : value >= int.MaxValue / 1000 ? Timeout.InfiniteTimeSpan
            : TimeSpan.FromSeconds(value);
    }

    /// <summary>The items of what Python can iterate over.</summary>
    /// <exception cref="PythonException">A TypeError: it cannot.</exception>
    public static IReadOnlyList<object?> Items(object? value) => value switch
    {
        List<object?> list => list,
        object?[] tuple => tuple,
        string text => Characters(text),
        Dictionary<object, object?> dictionary => [.. dictionary.Keys],
        byte[] bytes => [.. bytes.Select(static one => (object?)(long)one)],
        PythonByteArray bytes => [.. bytes.Bytes.Select(static one => (object?)(long)one)],
        PythonRange range => Numbers(range),
        System.Collections.IEnumerable items => [.. items.Cast<object?>().Select(static item => item is null ? null : Number(item))],
        _ => throw Exceptions.Make("TypeError", $"'{PythonRepr.TypeOf(value)}' object is not iterable"),
    };

    /// <summary>An element of an array of numbers as it is read alone.</summary>
    public static object Number(object item) => item switch
    {
        float number => (double)number,
        _ => PythonInt.Of(item) is { } integer ? PythonInt.Boxed(integer) : item,
    };

    private static List<object?> Characters(string text)
    {
        var characters = new List<object?>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            int length = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? 2 : 1;
            characters.Add(text.Substring(i, length));
            i += length - 1;
        }

        return characters;
    }

    private static List<object?> Numbers(PythonRange range)
    {
        const int Most = 10_000_000;
        var numbers = new List<object?>();
        for (Int128 number = range.Start; range.Step > 0 ? number < range.Stop : number > range.Stop; number += range.Step)
        {
            if (numbers.Count == Most)
            {
                throw Exceptions.Make("MemoryError", $"a range of more than {Most} numbers");
            }

            numbers.Add((long)number);
        }

        return numbers;
    }
}
