namespace Braid.Python;

/// <summary>Python's indexes and slices.</summary>
internal static class Slices
{
    /// <summary>The place that an index means, counted from the end if it is negative.</summary>
    /// <exception cref="PythonException">An IndexError, or a TypeError.</exception>
    public static int Index(object? index, int count, string what)
    {
        long place = index is PythonSlice ? throw Exceptions.Make("TypeError", $"{what} cannot be a slice") : Arguments.Int(index, what);
        place = place < 0 ? place + count : place;
        return place >= 0 && place < count ? (int)place : throw Exceptions.Make("IndexError", $"{what} out of range");
    }

    /// <summary>The places that a slice means, in its order.</summary>
    /// <exception cref="PythonException">A ValueError or a TypeError.</exception>
    public static int[] Places(PythonSlice slice, int count)
    {
        long step = slice.Step is null ? 1 : Arguments.Int(slice.Step, "slice step");
        if (step == 0)
        {
            throw Exceptions.Make("ValueError", "slice step cannot be zero");
        }

        (long low, long high) = step > 0 ? (0, count) : (-1L, count - 1L);
        long start = Bound(slice.Start, step > 0 ? low : high, low, high, count);
        long stop = Bound(slice.Stop, step > 0 ? high : low, low, high, count);
        var places = new List<int>();
        for (Int128 place = start; step > 0 ? place < stop : place > stop; place += step)
        {
            places.Add((int)place);
        }

        return [.. places];
    }

    /// <summary>Where a slice of step 1 begins and ends; a stop before the start is the start.</summary>
    public static (int Start, int Stop) Range(object? start, object? stop, int count)
    {
        int first = (int)Bound(start, 0, 0, count, count);
        return (first, Math.Max(first, (int)Bound(stop, count, 0, count, count)));
    }

    private static long Bound(object? given, long absent, long low, long high, int count)
    {
        if (given is null)
        {
            return absent;
        }

        long place = given is System.Numerics.BigInteger big ? (big.Sign < 0 ? low : high) : Arguments.Int(given, "slice index");
        return Math.Clamp(place < 0 ? place + count : place, low, high);
    }
}
