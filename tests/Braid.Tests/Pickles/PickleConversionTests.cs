using System.Numerics;
using Braid.Python;

namespace Braid.Tests;

/// <summary>Reading as a type gives exactly the value, or refuses.</summary>
public sealed class PickleConversionTests : TimedTest
{
    [Fact]
    public void Numbers_are_those_that_the_type_holds()
    {
        Assert.Equal(5, Loads<int>(5L));
        Assert.Equal((byte)200, Loads<byte>(200));
        Assert.Equal(BigInteger.One, Loads<BigInteger>(1));
        Assert.Equal(1.0, Loads<double>(1));
        Assert.Equal(1.5f, Loads<float>(1.5));
        Assert.Equal(1m, Loads<decimal>(1));
        Assert.Equal(3, Loads<int?>(3));
        Assert.Null(Loads<int?>(null));
        Assert.Equal('x', Loads<char>("x"));
        Assert.Equal(ulong.MaxValue, Loads<ulong>(ulong.MaxValue));
    }

    [Fact]
    public void Numbers_that_the_type_does_not_hold_are_refused()
    {
        Refused<int>(1L << 31);
        Refused<byte>(-1);
        Refused<uint>(-1);
        Refused<long>(BigInteger.One << 63);
        Refused<float>(0.1);
        Refused<Half>(70000.0);
        Refused<int>(1.0);
        Refused<int>(true);
        Refused<bool>(1);
        Refused<double>((1L << 53) + 1);
        Refused<int>(null);
        Refused<int>("1");
        Refused<string>(1);
        Refused<DayOfWeek>(1);
        Refused<decimal>(1.5);
    }

    [Fact]
    public void Collections_take_their_elements_along()
    {
        Assert.Equal([1, 2], Loads<int[]>(new List<object?> { 1, 2 }));
        Assert.Equal([1.0, 2.5], Loads<double[]>(new List<object?> { 1, 2.5 }));
        Assert.Equal([("a", 1), ("b", 2)], Loads<List<(string, int)>>(new List<object?> { ("a", 1), ("b", 2) }));
        Assert.Equal(new Dictionary<string, List<int>> { ["a"] = [1] }, Loads<Dictionary<string, List<int>>>(new Dictionary<string, int[]>
        {
            ["a"] = [1],
        }));
        Assert.Equal([1, 2], Loads<IReadOnlyList<int>>(new[] { 1, 2 }));
        Assert.Equal(new HashSet<int> { 1 }, Loads<HashSet<int>>(new HashSet<long> { 1 }));
        Assert.Equal((1, "a", (2.5, 1.0)), Loads<(int, string, (double, double))>((1, "a", (2.5, 1))));
        Assert.Equal((1, 2, 3, 4, 5, 6, 7, 8), Loads<(int, int, int, int, int, int, int, int)>((1, 2, 3, 4, 5, 6, 7, 8)));
        Assert.Equal([1, 2], Loads<List<int>>(new NDArray<long>([1, 2])));
        Assert.Equal([1L, 2L], Loads<long[]>(new long[] { 1, 2 }));
    }

    [Fact]
    public void What_was_one_list_is_one_list()
    {
        var row = new List<int> { 1 };
        List<List<int>> rows = Loads<List<List<int>>>(new List<object> { row, row });
        Assert.Same(rows[0], rows[1]);
    }

    [Fact]
    public void Collections_of_another_shape_are_refused()
    {
        Refused<List<int>>(new List<object?> { 1, "a" });
        Refused<List<int>>("ab");
        Refused<List<int>>(new byte[] { 1 });
        Refused<(int, int)>(new object[] { 1 });
        Refused<(int, int)>(new List<int> { 1, 2 });
        Refused<uint[]>(new int[] { -1 });
        Refused<Dictionary<string, int>>(new List<int>());
        Refused<HashSet<int>>(new List<int>());
        Refused<Dictionary<string, int>>(new Dictionary<object, int> { [1] = 1 });
    }

    private static T Loads<T>(object? value) => Pickle.Loads<T>(Pickle.Dumps(value));

    private static void Refused<T>(object? value)
    {
        byte[] pickle = Pickle.Dumps(value);
        Assert.Throws<PickleException>(() => Pickle.Loads<T>(pickle));
    }
}
