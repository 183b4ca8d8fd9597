using System.Numerics;
using Braid.Python;

namespace Braid.Tests;

/// <summary>Reads any bytes as a pickle, and checks what must hold whatever they are. The fuzzers share it.</summary>
internal static class PickleProbe
{
    private const int Megabyte = 1 << 20;

    private static readonly PickleOptions s_options = new() { MaxMemory = 4 * Megabyte, MaxObjects = 20_000, InPlaceFrom = 0 };
    private static readonly PickleOptions s_copying = new() { InPlaceFrom = int.MaxValue };

    /// <returns>Whether they are a pickle.</returns>
    /// <exception cref="InvalidOperationException">Something does not hold.</exception>
    public static bool Read(byte[] data)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        object? value;
        try
        {
            value = Pickle.Loads(data, s_options);
        }
        catch (PickleException)
        {
            CheckMemory(before);
            return false;
        }

        CheckMemory(before);
        object? copied = Pickle.Loads(data, s_copying);
        byte[] again;
        try
        {
            again = Pickle.Dumps(value);
        }
        catch (PickleException)
        {
            return true;   // deeper than Dumps goes, tied through the memo; or a name whose values are not written
        }

        Check(again, copied, "read with copies of its bytes");
        Check(again, Pickle.Loads(again), "written and read again");
        return true;
    }

    /// <summary>Pickles of all kinds of values.</summary>
    public static IEnumerable<byte[]> Seeds()
    {
        var shared = new List<object?> { 1 };
        shared.Add(shared);
        object?[] values =
        [
            null, true, 5, 300, -1, 1L << 40, BigInteger.Pow(3, 200), 1.5, "text \u20ac \ud800", new byte[] { 1, 2, 3 },
            new PythonByteArray([1, 2]), new object?[] { 1, "a", null, 2.5, true },
            new object?[] { new object?[] { 1 }, new object?[] { 1, 2 } }, new List<object?> { 1, "x", shared, shared },
            new Dictionary<object, object?> { [1] = "a", ["b"] = 2, [(1, 2)] = new List<int> { 1 } },
            new HashSet<object?> { 1, "a", null }, System.Collections.Frozen.FrozenSet.ToFrozenSet<object?>([1, "a"]),
            DateTime.UnixEpoch, DateTimeOffset.UnixEpoch, TimeSpan.FromDays(-1.5), DateOnly.MaxValue, new TimeOnly(23, 59, 59), 1.25m,
            new Complex(1, 2), new Guid("12345678-90ab-cdef-1234-567890abcdef"), new PythonRange(1, 5, 2), new PythonSlice(1, null),
            new PythonTimeZone(TimeSpan.FromHours(1), "X"), new double[] { 1, 2 }, new int[] { 1 },
            new PythonException(new("builtins", "KeyError"), "k", 1), new Queues.QueueEmptyException(),
            new NDArray<double>([1, 2, 3, 4], [2, 2]), new NDArray<bool>([true, false]),
        ];
        return
        [
            .. from value in values from protocol in new[] { 4, 5 } select Pickle.Dumps(value, new PickleOptions { Protocol = protocol }),
            Pickle.Dumps(values),
            .. File.ReadLines(Path.Combine(Repository.Root, "tests", "Braid.Tests", "Pickles", "numpy.txt"))
                .Select(static line => Convert.FromHexString(line[(line.LastIndexOf(' ') + 1)..])),
            "(lp0\nI1\naL5L\naF1.5\naVx\\u20ac\np1\naS'ab'\na(I1\nI2\nta(dp2\ng1\nNsa."u8.ToArray(),
            "cexceptions\nKeyError\n(Vx\ntR."u8.ToArray(),
            "(iexceptions\nKeyError\n."u8.ToArray(), "(cexceptions\nKeyError\no."u8.ToArray(),
        ];
    }

    private static void CheckMemory(long before)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated >= 16 * Megabyte)
        {
            throw new InvalidOperationException($"Reading has allocated {allocated:n0} bytes.");
        }
    }

    private static void Check(byte[] expected, object? value, string how)
    {
        const byte FrozenSet = 0x91;                     // has an order of its own, as a set of exceptions has
        const byte AddItems = 0x90;
        byte[] dumped = Pickle.Dumps(value);
        bool hasOrder = !expected.AsSpan().ContainsAny(FrozenSet, AddItems);
        if (hasOrder ? !dumped.AsSpan().SequenceEqual(expected) : dumped.Length != expected.Length)
        {
            throw new InvalidOperationException($"It is another value when {how}.");
        }
    }
}
