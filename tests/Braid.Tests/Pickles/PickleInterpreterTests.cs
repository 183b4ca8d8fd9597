using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Numerics;
using Braid.Python;

namespace Braid.Tests;

/// <summary>
/// What every Python of the machine writes is read, and what is written is read by every one of them: equal, and of the same type.
/// </summary>
public sealed class PickleInterpreterTests() : TimedTest(TimeSpan.FromMinutes(10))
{
    // Before protocol 3 Python itself writes a TimeoutError as its base class; those kinds are not in values.py.
    private static readonly (object? Value, string Python)[] s_ours =
    [
        (null, "None"), (true, "True"), ((byte)200, "200"), ((sbyte)-5, "-5"), ((short)-300, "-300"), ((ushort)60000, "60000"), (7u, "7"),
        (ulong.MaxValue, "2**64-1"), (Int128.MinValue, "-2**127"), (UInt128.MaxValue, "2**128-1"), ((nint)(-3), "-3"), ((nuint)3, "3"),
        (BigInteger.Pow(2, 3000), "2**3000"), (1.1f, "1.100000023841858"), ((Half)0.5, "0.5"), ('x', "'x'"), ('\ud800', "'\\ud800'"),
        (decimal.MaxValue, "D('79228162514264337593543950335')"), (new decimal(0, 0, 0, true, 2), "D('-0.00')"),
        (new int[] { 1, -2 }, "array.array('i', [1, -2])"), (new uint[] { 1 }, "array.array('I', [1])"),
        (new long[] { 1 }, "array.array('q', [1])"),
        (new ulong[] { 1 }, "array.array('Q', [1])"), (new short[] { 1 }, "array.array('h', [1])"),
        (new ushort[] { 1 }, "array.array('H', [1])"),
        (new sbyte[] { -1 }, "array.array('b', [-1])"), (new float[] { 1.5f }, "array.array('f', [1.5])"),
        (Array.Empty<double>(), "array.array('d')"),
        (new[] { "a", "b" }, "['a', 'b']"), (new[] { true, false }, "[True, False]"), (new[] { 1m }, "[D('1')]"),
        (new Half[] { (Half)1 }, "[1.0]"),
        (new List<byte> { 1 }, "[1]"), (new Collection<int> { 1, 2 }, "[1, 2]"),
        ((1, "a"), "(1, 'a')"), (Tuple.Create(1), "(1,)"), ((1, 2, 3, 4, 5, 6, 7, 8, 9), "tuple(range(1, 10))"),
        (new object[] { 1 }, "(1,)"),
        (new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 }, "{'a': 1, 'b': 2}"),
        (new SortedDictionary<int, string?> { [1] = null }, "{1: None}"),
        (new OrderedDictionary<string, object?> { ["z"] = 1, ["a"] = 2 }, "{'z': 1, 'a': 2}"),
        (ImmutableDictionary<string, int>.Empty.Add("k", 1), "{'k': 1}"),
        (new Dictionary<object, object?> { [PythonNone.Value] = 1 }, "{None: 1}"),
        (new HashSet<string> { "a" }, "{'a'}"), (new SortedSet<int> { 2, 1 }, "{1, 2}"),
        (new[] { 1, 2 }.ToFrozenSet(), "frozenset([1, 2])"),
        (ImmutableHashSet.Create("x"), "frozenset(['x'])"), (ImmutableList.Create(1, 2), "[1, 2]"), (ImmutableArray.Create(1, 2), "[1, 2]"),
        (new DateTime(2024, 2, 29, 23, 59, 58, DateTimeKind.Utc),
            "datetime.datetime(2024, 2, 29, 23, 59, 58, tzinfo=datetime.timezone.utc)"),
        (DateTime.MaxValue.AddTicks(-9), "datetime.datetime.max"),
        (TimeSpan.MinValue.Add(TimeSpan.FromTicks(8)), "datetime.timedelta(-10675200, 76314, 522420)"),
        (TimeSpan.FromTicks(-10), "datetime.timedelta(0, 0, -1)"), (TimeOnly.MinValue, "datetime.time()"),
        (DateOnly.MaxValue, "datetime.date.max"),
        (new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.FromHours(-14)),
            "datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone(hours(-14)))"),
        (Guid.Empty, "uuid.UUID(int=0)"), (new Complex(-0.0, double.NegativeInfinity), "complex(-0.0, float('-inf'))"),
        (new PythonSlice(null, 5), "slice(5)"), (new PythonRange(0, 5), "range(5)"),
        (new PythonGlobal("collections", "deque"), "collections.deque"),
        (new PythonCall("collections", "deque", new List<object?> { 1 }), "collections.deque([1])"),
        (new ArgumentException("bad"), "ValueError('bad')"), (new KeyNotFoundException("k"), "KeyError('k')"),
        (new TimeoutException("t"), "TimeoutError('t')"),
        (new IndexOutOfRangeException("i"), "IndexError('i')"), (new NotImplementedException("n"), "NotImplementedError('n')"),
        (new InvalidCastException("c"), "TypeError('c')"), (new DivideByZeroException("d"), "ZeroDivisionError('d')"),
        (new OverflowException("o"), "OverflowError('o')"),
        (new FileNotFoundException("f"), "FileNotFoundError('f')"), (new EndOfStreamException("e"), "EOFError('e')"),
        (new IOException("io"), "OSError('io')"),
        (new UnauthorizedAccessException("p"), "PermissionError('p')"), (new InvalidOperationException("r"), "RuntimeError('r')"),
        (new Queues.QueueEmptyException(), "queue.Empty()"), (new Queues.QueueFullException(), "queue.Full()"),
        (new BadImageFormatException("b"), "RuntimeError('System.BadImageFormatException: b')"),
        (new PythonException(new PythonGlobal("builtins", "LookupError"), 1, "x"), "LookupError(1, 'x')"),
    ];

    [Fact]
    public async Task Every_kind_in_every_protocol_is_read_and_goes_back_equal()
    {
        foreach (Interpreter python in await Interpreter.All())
        {
            string[][] pickles = [.. (await python.Values("write")).Split('\n').Select(static line => line.Split('\t'))];
            Assert.True(pickles.Length > 500);
            IEnumerable<string> back = pickles.SelectMany(static line => new[] { 4, 5 }.Select(protocol =>
                $"{line[0]}\t{line[1]}\t{protocol}\t{Rewritten(line[1], line[2], protocol)}"));
            string[] answer = (await python.Values("compare", [.. back])).Split('\n');
            Assert.True(int.Parse(answer[^1], CultureInfo.InvariantCulture) >= pickles.Length, answer[^1]);
            Assert.True(answer.Length == 1, $"Python {python.Version}:\n{string.Join('\n', answer)}");
        }
    }

    [Fact]
    public async Task Every_kind_that_is_written_is_what_its_expression_is()
    {
        foreach (Interpreter python in await Interpreter.All())
        {
            int[] protocols = python.Version >= new Version(3, 8) ? [4, 5] : [4];
            string[] lines =
            [
                .. from row in s_ours
                   where row.Value is not Queues.QueueEmptyException || python.Version >= new Version(3, 7)   // has _queue
                   from protocol in protocols
                   select $"{row.Python}\t{Hex(row.Value, protocol)}",
            ];
            Assert.Equal($"{lines.Length}", await python.Values("evaluate", lines));
        }
    }

    [Fact]
    public async Task Pickles_are_CPythons_own_to_the_byte()
    {
        foreach (Interpreter python in await Interpreter.All())
        {
            if (python.Version < new Version(3, 7))
            {
                continue;                                // its frames are others
            }

            string[] different =
            [
                .. from line in (await python.Values("frames")).Split('\n')
                   let parts = line.Split('\t')
                   where Hex(Pickle.Loads(Convert.FromHexString(parts[1])), 4) != parts[1]
                   select parts[0],
            ];
            Assert.True(different.Length == 0, $"Python {python.Version}: {string.Join(", ", different)}");
        }
    }

    private static string Rewritten(string name, string pickle, int protocol)
    {
        try
        {
            return Hex(Pickle.Loads(Convert.FromHexString(pickle)), protocol);
        }
        catch (PickleException e)
        {
            throw new InvalidOperationException($"{name}: {e.Message}", e);
        }
    }

    private static string Hex(object? value, int protocol) =>
        Convert.ToHexString(Pickle.Dumps(value, new PickleOptions { Protocol = protocol })).ToLowerInvariant();
}
