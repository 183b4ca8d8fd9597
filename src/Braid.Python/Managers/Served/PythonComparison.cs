using System.Collections;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Braid.Python;

/// <summary>
/// Python's <c>==</c> and <c>&lt;</c> of plain data, for one operation: it counts what it compares, since a client can make a value of a
/// few bytes whose parts cannot be counted.
/// </summary>
internal sealed class PythonComparison : IComparer<object?>
{
    private const int Most = 5_000_000;

    private int _compared;

    /// <summary>Python's <c>==</c>.</summary>
    public bool AreEqual(object? first, object? second)
    {
        Count();
        if (ReferenceEquals(first, second))
        {
            return true;
        }

        return (Plain(first), Plain(second)) switch
        {
            (byte[] x, byte[] y) => x.AsSpan().SequenceEqual(y),
            (IList x, IList y) => KindOf(first!) == KindOf(second!) && AreEqual(x, y),
            (Dictionary<object, object?> x, Dictionary<object, object?> y) => AreEqual(x, y),
            (HashSet<object?> x, ISet<object?> y) => x.SetEquals(y),
            (ISet<object?> x, HashSet<object?> y) => y.SetEquals(x),
            (IList, _) or (_, IList) => false,
            var (x, y) => PythonEquality.Uncounted.Equals(x, y),
        };
    }

    /// <summary>Python's order.</summary>
    /// <exception cref="PythonException">A TypeError: they have none.</exception>
    public int Compare(object? x, object? y)
    {
        Count();
        if (x is string text && y is string other)
        {
            return CompareText(text, other);
        }

        if (IsNumber(x) && IsNumber(y))
        {
            return CompareNumbers(x!, y!);
        }

        return (Plain(x), Plain(y)) switch
        {
            (byte[] first, byte[] second) => first.AsSpan().SequenceCompareTo(second),
            (IList first, IList second) when KindOf(x!) == KindOf(y!) => CompareItems(first, second),
            (IComparable first, { } second) when first.GetType() == second.GetType() => first.CompareTo(second),
            _ => throw Exceptions.Make(
                "TypeError", $"'<' not supported between instances of '{PythonRepr.TypeOf(x)}' and '{PythonRepr.TypeOf(y)}'"),
        };
    }

    /// <summary>Bytes are equal whether they can be changed or not; tuples of C# are tuples.</summary>
    private static object? Plain(object? value) => value switch
    {
        PythonByteArray bytes => bytes.Bytes,
        ITuple tuple => Enumerable.Range(0, tuple.Length).Select(i => tuple[i]).ToArray(),
        _ => value,
    };

    /// <summary>What may be equal to what: lists, tuples, arrays of numbers.</summary>
    private static int KindOf(object list) => list switch
    {
        ITuple or object?[] => 1,
        Array => 2,
        _ => 3,
    };

    private static bool IsNumber(object? value) => value is bool or double or float or Half or decimal || PythonInt.Of(value) is not null;

    private static int CompareNumbers(object x, object y)
    {
        if (x is double or float or Half || y is double or float or Half)
        {
            (BigInteger? first, BigInteger? second) = (PythonInt.Of(x), PythonInt.Of(y));
            return first is { } left ? -CompareToInt(Real(y), left) : second is { } right ? CompareToInt(Real(x), right)
                : Real(x).CompareTo(Real(y));
        }

        return x is decimal || y is decimal ? Decimal(x).CompareTo(Decimal(y)) : Integer(x).CompareTo(Integer(y));
    }

    /// <summary>Exactly: an int of 60 bits is no double.</summary>
    private static int CompareToInt(double real, BigInteger integer)
    {
        if (!double.IsFinite(real))
        {
            return real > 0 ? 1 : -1;
        }

        int order = new BigInteger(Math.Floor(real)).CompareTo(integer);
        return order != 0 ? order : double.IsInteger(real) ? 0 : 1;
    }

    private static double Real(object number) => number switch
    {
        float value => value,
        Half value => (double)value,
        bool value => value ? 1 : 0,
        decimal value => (double)value,
        _ => (double)number,
    };

    private static decimal Decimal(object number)
    {
        try
        {
            return number is decimal value ? value : (decimal)Integer(number);
        }
        catch (OverflowException)
        {
            throw Exceptions.Make("OverflowError", "an int is too large to be compared with a Decimal here");
        }
    }

    private static BigInteger Integer(object number) => number is bool truth ? (truth ? 1 : 0) : PythonInt.Of(number)!.Value;

    /// <summary>By characters, and not by their halves in UTF-16.</summary>
    private static int CompareText(string x, string y)
    {
        int length = Math.Min(x.Length, y.Length);
        for (int i = 0; i < length; i++)
        {
            if (x[i] != y[i])
            {
                bool isHigh = char.IsSurrogate(x[i]);
                return isHigh == char.IsSurrogate(y[i]) ? x[i].CompareTo(y[i]) : isHigh ? 1 : -1;
            }
        }

        return x.Length.CompareTo(y.Length);
    }

    private bool AreEqual(IList x, IList y)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        bool areEqual = x.Count == y.Count;
        for (int i = 0; areEqual && i < x.Count; i++)
        {
            areEqual = AreEqual(x[i], y[i]);
        }

        return areEqual;
    }

    private bool AreEqual(Dictionary<object, object?> x, Dictionary<object, object?> y)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return x.Count == y.Count && x.All(item => y.TryGetValue(item.Key, out object? value) && AreEqual(item.Value, value));
    }

    private int CompareItems(IList x, IList y)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        for (int i = 0; i < x.Count && i < y.Count; i++)
        {
            if (!AreEqual(x[i], y[i]))
            {
                return Compare(x[i], y[i]);
            }
        }

        return x.Count.CompareTo(y.Count);
    }

    private void Count()
    {
        if (++_compared > Most)
        {
            throw Exceptions.Make("RuntimeError", $"more than {Most} parts of values would have to be compared");
        }
    }
}
