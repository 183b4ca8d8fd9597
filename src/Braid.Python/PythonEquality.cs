using System.Collections;
using System.Collections.Frozen;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Braid.Python;

/// <summary>
/// Equality as Python's dictionaries and sets define it: numbers of any type by value, tuples and frozen sets by their elements, bytes by
/// their bytes, and NaN only to the same object. The dictionaries and sets that are read compare in this way, so that <c>numbers[1]</c>
/// finds what Python has stored under 1.
/// </summary>
/// <param name="context">
/// Counts the work while a pickle is read: a tuple of a tuple that is used twice, and so on, has 2 to the power of its depth parts.
/// </param>
internal sealed class PythonEquality(ReadContext? context) : IEqualityComparer<object?>
{
    private const int PartCost = 16;

    private ReadContext? _context = context;            // cleared by the reader at its end

    public static PythonEquality Uncounted { get; } = new(null);

    /// <summary>Called when the pickle has been read: comparisons by the program are not counted.</summary>
    public void StopCounting() => _context = null;

    public new bool Equals(object? x, object? y)
    {
        if (ReferenceEquals(x, y))
        {
            return true;
        }

        if (x is null || y is null)
        {
            return false;
        }

        if (x is string text)
        {
            return y is string other && text == other;
        }

        if (Number(x) is { } number)
        {
            return Number(y) is { } other && AreEqual(number, other);
        }

        _context?.Charge(PartCost);
        if (IsTuple(x))
        {
            return IsTuple(y) && AreEqualTuples(x, y);
        }

        return (x, y) switch
        {
            (byte[] first, byte[] second) => first.AsSpan().SequenceEqual(second),
            (FrozenSet<object?> first, FrozenSet<object?> second) => first.Count == second.Count && first.IsSubsetOf(second),
            (Complex first, Complex second) => first == second,
            _ => x.Equals(y),
        };
    }

    public int GetHashCode(object? value)
    {
        switch (value)
        {
            case null:
                return 0;
            case string text:
                _context?.Charge(text.Length);
                return text.GetHashCode();
            case byte[] bytes:
                _context?.Charge(bytes.Length);
                return HashOfBytes(bytes);
            case FrozenSet<object?> set:
                _context?.Charge((long)PartCost * set.Count);
                int sum = set.Count;                    // independent of the order
                foreach (object? item in set)
                {
                    sum += GetHashCode(item);
                }

                return sum;
            default:
                return IsTuple(value) ? HashOfTuple(value) : Number(value) is { } number ? HashOfNumber(number) : HashOfOther(value);
        }
    }

    /// <summary>Whether the value is a tuple, as tuples are read or as C# has them.</summary>
    private static bool IsTuple(object value) => value is ITuple || value.GetType() == typeof(object[]);

    private static int LengthOf(object tuple) => tuple is ITuple parts ? parts.Length : ((object?[])tuple).Length;

    private static object? PartOf(object tuple, int index) => tuple is ITuple parts ? parts[index] : ((object?[])tuple)[index];

    private bool AreEqualTuples(object first, object second)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        int length = LengthOf(first);
        bool areEqual = length == LengthOf(second);
        for (int i = 0; areEqual && i < length; i++)
        {
            areEqual = Equals(PartOf(first, i), PartOf(second, i));
        }

        return areEqual;
    }

    private int HashOfTuple(object tuple)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        int length = LengthOf(tuple);
        _context?.Charge((long)PartCost * length);
        var hash = default(HashCode);
        for (int i = 0; i < length; i++)
        {
            hash.Add(GetHashCode(PartOf(tuple, i)));
        }

        return hash.ToHashCode();
    }

    private int HashOfNumber(object number)
    {
        switch (number)
        {
            case long integer:
                return Seeded(integer);
            case double real:
                return Seeded(BitConverter.DoubleToInt64Bits(real));
            case BigInteger big:
                _context?.Charge(big.GetByteCount());
                return HashOfBytes(big.ToByteArray());
            default:
                return HashOfBytes(MemoryMarshal.AsBytes<int>(decimal.GetBits((decimal)number)));
        }
    }

    private static int HashOfOther(object value) => value switch
    {
        Guid guid => HashOfBytes(guid.ToByteArray()),
        DateTime time => Seeded(time.Ticks),
        DateTimeOffset time => Seeded(time.UtcTicks),
        TimeSpan span => Seeded(span.Ticks),
        TimeOnly time => Seeded(time.Ticks),
        Complex number => HashCode.Combine(HashOfDouble(number.Real), HashOfDouble(number.Imaginary)),
        PythonRange range => HashCode.Combine(Seeded(range.Start), Seeded(range.Stop), Seeded(range.Step)),
        _ when IsChangeable(value) => throw new PickleException(
            $"A {value.GetType()} is the key of a dictionary or the element of a set, where Python has only what cannot change."),
        _ => value.GetHashCode(),
    };

    private static bool IsChangeable(object value) => value is Array or PythonByteArray or NDArray or PythonSlice or ICollection
        || CollectionShape.Of(value.GetType()) == CollectionShape.Kind.Set;   // which has no ICollection

    /// <summary>
    /// .NET's own hash codes of numbers and times are predictable: a peer that chooses the keys could make all of them collide.
    /// </summary>
    private static int Seeded(long value) => HashCode.Combine((int)value, (int)(value >> 32));

    private static int HashOfDouble(double value) => Seeded(BitConverter.DoubleToInt64Bits(value + 0.0));   // -0.0 is equal to 0.0

    private static int HashOfBytes(ReadOnlySpan<byte> bytes)
    {
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    private static bool AreEqual(object first, object second) => first switch
    {
        double => second is double other && (double)first == other,       // NaN is equal to nothing, unlike in Equals
        _ => first.Equals(second),
    };

    /// <summary>
    /// A number by its value: a long where it is one, else a BigInteger, a double or a decimal. Null for what is no number.
    /// </summary>
    private static object? Number(object value) => value switch
    {
        long => value,
        double number => OfDouble(number),
        bool truth => truth ? 1L : 0L,
        int or short or sbyte or byte or ushort or uint => Convert.ToInt64(value, null),
        BigInteger big => PythonInt.Boxed(big),
        ulong or Int128 or UInt128 or nint or nuint => PythonInt.Boxed(PythonInt.Of(value)!.Value),
        float number => OfDouble(number),
        Half number => OfDouble((double)number),
        decimal number => decimal.IsInteger(number) ? PythonInt.Boxed((BigInteger)number) : number,
        _ => null,
    };

    private static object OfDouble(double number) =>
        double.IsInteger(number) ? PythonInt.Boxed(new BigInteger(number)) : number;
}
