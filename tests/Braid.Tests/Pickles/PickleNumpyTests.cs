using System.Numerics;
using Braid.Python;

namespace Braid.Tests;

/// <summary>Arrays of numpy: as its versions 1 and 2 write them, and by numpy itself where a Python of the machine has it.</summary>
public sealed class PickleNumpyTests() : TimedTest(TimeSpan.FromMinutes(5))
{
    private static string[] Lines { get; } =
        File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Braid.Tests", "Pickles", "numpy.txt"));

    public static TheoryData<string, string, string> Pickles()
    {
        var rows = new TheoryData<string, string, string>();
        foreach (string line in Lines)
        {
            string[] parts = line.Split(' ');
            rows.Add(parts[0], $"{parts[1]} in protocol {parts[2]}", parts[3]);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Pickles))]
    public void Both_versions_are_read(string module, string kind, string bytes)
    {
        object? value = Pickle.Loads(Convert.FromHexString(bytes));
        switch (kind.Split(' ')[0])
        {
            case "C":
                var rows = Assert.IsType<NDArray<double>>(value);
                Assert.Equal([2, 3], rows.Shape);
                Assert.Equal([0, 1, 2, 3, 4, 5], rows.Span.ToArray());
                Assert.Equal(5, rows[1, 2]);
                Assert.False(rows.IsFortran);
                break;
            case "F":
                var columns = Assert.IsType<NDArray<double>>(value);
                Assert.Equal([0, 3, 1, 4, 2, 5], columns.Span.ToArray());
                Assert.Equal([0, 1, 2, 3, 4, 5], from i in Enumerable.Range(0, 2) from j in Enumerable.Range(0, 3) select columns[i, j]);
                Assert.True(columns.IsFortran);
                break;
            case "BE":
                Assert.Equal([1, -2, 3], Assert.IsType<NDArray<int>>(value).Span.ToArray());
                break;
            case "scalar":
                Assert.Equal(2.5, value);
                break;
            case "twice":
                var list = Assert.IsType<List<object?>>(value);
                Assert.Same(list[0], list[1]);
                break;
            default:
                Assert.Fail(kind);
                break;
        }

        Assert.StartsWith("numpy", module, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_is_what_numpy_1_writes()
    {
        Assert.Equal(Of("numpy.core C 4 "), Hex(new NDArray<double>([0, 1, 2, 3, 4, 5], [2, 3])));
        Assert.Equal(Of("numpy.core F 4 "), Hex(new NDArray<double>([0, 3, 1, 4, 2, 5], [2, 3], isFortran: true)));

        string Of(string start) => Lines.Single(line => line.StartsWith(start, StringComparison.Ordinal))[start.Length..];
        static string Hex(NDArray array) => Convert.ToHexString(Pickle.Dumps(array)).ToLowerInvariant();
    }

    [Fact]
    public void Every_type_of_element_comes_back()
    {
        Check<bool>(true, false);
        Check<sbyte>(-1, 2);
        Check<short>(-1, 2);
        Check(-1, 2);
        Check(-1L, 2);
        Check<byte>(255, 2);
        Check<ushort>(65535, 2);
        Check<uint>(7, 2);
        Check<ulong>(ulong.MaxValue, 2);
        Check((Half)1.5, (Half)2);
        Check(1.5f, 2);
        Check(double.NaN, 2);
        Check(new Complex(1, 2), Complex.Zero);

        static void Check<T>(params T[] elements)
            where T : unmanaged
        {
            foreach (int[] shape in new int[][] { [2], [2, 1], [1, 2], [1, 1, 2] })
            {
                var back = Assert.IsType<NDArray<T>>(Pickle.Loads(Pickle.Dumps(new NDArray<T>(elements, shape))));
                Assert.Equal(shape, back.Shape);
                Assert.Equal(elements, back.Span.ToArray());
            }

            Assert.Equal(elements[..1], Pickle.Loads<NDArray<T>>(Pickle.Dumps(new NDArray<T>(elements[..1], []))).Span.ToArray());
            Assert.Equal([0, 3], Pickle.Loads<NDArray<T>>(Pickle.Dumps(new NDArray<T>([], [0, 3]))).Shape);
        }
    }

    [Fact]
    public void A_shape_of_another_length_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new NDArray<int>([1, 2, 3], [2, 2]));
        Assert.Throws<ArgumentException>(() => new NDArray<int>([1], [-1, -1]));
        Assert.Throws<ArgumentException>(() => new NDArray<int>([], [int.MaxValue, int.MaxValue, int.MaxValue]));
        Assert.Throws<ArgumentException>(() => new NDArray<char>(['a']));
        var array = new NDArray<int>([1, 2, 3, 4], [2, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => array[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => array[0, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => array[-1, 0]);
        array[1, 0] = 9;
        Assert.Equal([1, 2, 9, 4], array.Span.ToArray());
    }

    [Theory]
    [InlineData("4b034b0386")]                           // another shape than there are bytes for
    [InlineData("8a05ffffffff004b0386")]                 // a length beyond 31 bits
    [InlineData("4affffffff4b0386")]                     // a negative one
    [InlineData("4b0285")]                               // too few dimensions
    public void A_pickled_shape_of_another_length_is_refused(string shape)
    {
        string whole = Lines.Single(static line => line.StartsWith("numpy.core C 3", StringComparison.Ordinal)).Split(' ')[3];
        string altered = whole.Replace("4b024b0386", shape, StringComparison.Ordinal);
        Assert.NotEqual(whole, altered);
        Assert.Throws<PickleException>(() => Pickle.Loads(Convert.FromHexString(altered)));
    }

    [Fact]
    public async Task Numpy_itself_reads_and_writes_the_same()
    {
        const string Program = """
            import sys, pickle, numpy as np
            kinds = ['?', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f2', 'f4', 'f8', 'c16', '>i2', '>f8', '>c16']
            arrays = [np.array([[1, 0, 2], [3, 4, 5]]).astype(k) for k in kinds]
            arrays += [np.asfortranarray(a) for a in arrays] + [a[:, ::2] for a in arrays]
            arrays += [np.zeros((0, 3)), np.array(5.0), np.arange(10 ** 5)]
            if sys.argv[1] == 'write':
                for p in range(pickle.HIGHEST_PROTOCOL + 1):
                    for n, a in enumerate(arrays): print(p, n, pickle.dumps(a, p).hex())
                    print(p, -1, pickle.dumps(arrays[11][0, 2], p).hex())
            else:
                for line in sys.stdin:
                    p, n, h = line.split()
                    b = pickle.loads(bytes.fromhex(h))
                    a = arrays[int(n)]
                    if not (type(b) is np.ndarray and a.dtype.newbyteorder('=') == b.dtype and a.shape == b.shape and np.array_equal(a, b)):
                        print('different', p, a.dtype, a.shape, b)
            """;
        int tried = 0;
        foreach (Interpreter python in await Interpreter.All())
        {
            if (!await python.Has("numpy"))
            {
                continue;
            }

            tried++;
            string[][] rows = [.. (await python.Run(["-c", Program, "write"])).Split('\n').Select(static line => line.Split(' '))];
            Assert.All(rows.Where(static row => row[1] == "-1"), static row => Assert.Equal(2.0, Loads(row)));
            IEnumerable<string> back = rows.Where(static row => row[1] != "-1")
                .Select(static row => $"{row[0]} {row[1]} {Convert.ToHexString(Pickle.Dumps(Loads(row)))}");
            Assert.Equal("", await python.Run(["-c", Program, "read"], [.. back]));
        }

        Assert.SkipWhen(tried == 0, "No Python of the machine has numpy.");

        static object? Loads(string[] row) => Pickle.Loads(Convert.FromHexString(row[2]));
    }
}
