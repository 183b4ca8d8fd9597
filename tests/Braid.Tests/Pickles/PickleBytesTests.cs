using System.Numerics;
using Braid.Python;
using Braid.Queues;

namespace Braid.Tests;

/// <summary>Bytes that CPython 3.11 and 3.13 have written, and that are written here for the same values.</summary>
public sealed class PickleBytesTests : TimedTest
{
    public static TheoryData<string, string> Both() => new()
    {
        { "None", "80044e2e" },
        { "True", "8004882e" },
        { "False", "8004892e" },
        { "255", "80044bff2e" },
        { "256", "80049504000000000000004d00012e" },
        { "-1", "80049506000000000000004affffffff2e" },
        { "65536", "80049506000000000000004a000001002e" },
        { "2^31", "80049508000000000000008a0500000080002e" },
        { "-2^31-1", "80049508000000000000008a05ffffff7fff2e" },
        { "2^63-1", "8004950b000000000000008a08ffffffffffffff7f2e" },
        { "2^63", "8004950c000000000000008a090000000000000080002e" },
        { "1.5", "8004950a00000000000000473ff80000000000002e" },
        { "'a'", "80049505000000000000008c0161942e" },
        { "''", "80049504000000000000008c00942e" },
        { "lone half", "80049507000000000000008c03eda080942e" },
        { "b'a'", "8004950500000000000000430161942e" },
        { "bytearray", "80049523000000000000008c086275696c74696e73948c096279746561727261799493944302616294859452942e" },
        { "()", "8004292e" },
        { "(1, 2)", "80049507000000000000004b014b0286942e" },
        { "(1, 2, 3, 4)", "8004950c00000000000000284b014b024b034b0474942e" },
        { "[1]", "80049506000000000000005d944b01612e" },
        { "[1, 2]", "80049509000000000000005d94284b014b02652e" },
        { "{'a': 1}", "8004950a000000000000007d948c0161944b01732e" },
        { "{1}", "80049507000000000000008f94284b01902e" },
        { "frozenset", "8004950600000000000000284b0191942e" },
        { "twice", "8004950c000000000000005d94288c026162946801652e" },
        { "dummy", "8004951000000000000000284e8c0564756d6d7994297d9474942e" },
        { "#RETURN", "8004950e000000000000008c072352455455524e944e86942e" },
        { "create", "8004951900000000000000284e8c06637265617465948c04646963749485947d9474942e" },
        { "create Foo", "8004952100000000000000284e8c06637265617465948c03466f6f944b0186947d948c0178944b027374942e" },
        { "append", "8004952200000000000000288c06376630306161948c06617070656e64945d94284b014b026585947d9474942e" },
        { "KeyError", "8004952d000000000000008c06234552524f52948c086275696c74696e73948c084b65794572726f729493948c027a7a948594529486942e" },
        {
            "ValueError",
            "80049532000000000000008c06234552524f52948c086275696c74696e73948c0a56616c75654572726f729493948c03626164944b038694529486942e"
        },
        { "Empty", "80049522000000000000008c06234552524f52948c065f7175657565948c05456d70747994939429529486942e" },
        {
            "StopIteration",
            "8004952c000000000000008c06234552524f52948c086275696c74696e73948c0d53746f70497465726174696f6e94939429529486942e"
        },
        { "#TRACEBACK", "80049515000000000000008c0a2354524143454241434b948c02540a9486942e" },
    };

    private static object? ValueOf(string name)
    {
        const string Same = "ab";
        return name switch
        {
            "None" => null,
            "True" => true,
            "False" => false,
            "255" => 255L,
            "256" => 256L,
            "-1" => -1L,
            "65536" => 65536L,
            "2^31" => 1L << 31,
            "-2^31-1" => -(1L << 31) - 1,
            "2^63-1" => long.MaxValue,
            "2^63" => BigInteger.One << 63,
            "1.5" => 1.5,
            "'a'" => "a",
            "''" => "",
            "lone half" => "\ud800",
            "b'a'" => "a"u8.ToArray(),
            "bytearray" => new PythonByteArray([.. "ab"u8]),
            "()" => System.Array.Empty<object?>(),
            "(1, 2)" => new object?[] { 1L, 2L },
            "(1, 2, 3, 4)" => new object?[] { 1L, 2L, 3L, 4L },
            "[1]" => new List<object?> { 1L },
            "[1, 2]" => new List<object?> { 1L, 2L },
            "{'a': 1}" => new Dictionary<object, object?> { ["a"] = 1L },
            "{1}" => new HashSet<object?> { 1L },
            "frozenset" => System.Collections.Frozen.FrozenSet.ToFrozenSet<object?>([1L]),
            "twice" => new List<object?> { Same, Same },
            "dummy" => new object?[] { null, "dummy", System.Array.Empty<object?>(), new Dictionary<object, object?>() },
            "#RETURN" => new object?[] { "#RETURN", null },
            "create" => new object?[] { null, "create", new object?[] { "dict" }, new Dictionary<object, object?>() },
            "create Foo" => new object?[] { null, "create", new object?[] { "Foo", 1L }, new Dictionary<object, object?> { ["x"] = 2L } },
            "append" => new object?[]
            {
                "7f00aa", "append", new object?[] { new List<object?> { 1L, 2L } }, new Dictionary<object, object?>(),
            },
            "KeyError" => new object?[] { "#ERROR", new PythonException(new PythonGlobal("builtins", "KeyError"), "zz") },
            "ValueError" => new object?[] { "#ERROR", new PythonException(new PythonGlobal("builtins", "ValueError"), "bad", 3L) },
            "Empty" => new object?[] { "#ERROR", new QueueEmptyException() },
            "StopIteration" => new object?[] { "#ERROR", new PythonException(new PythonGlobal("builtins", "StopIteration")) },
            "#TRACEBACK" => new object?[] { "#TRACEBACK", "T\n" },
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void A_value_is_written_as_CPython_writes_it(string name, string bytes) => Assert.Equal(bytes, Hex(Pickle.Dumps(ValueOf(name))));

    [Theory]
    [MemberData(nameof(Both))]
    public void What_CPython_writes_is_read_as_the_value(string name, string bytes)
    {
        object? value = Pickle.Loads(Convert.FromHexString(bytes));
        AssertSame(ValueOf(name), value);
        Assert.Equal(bytes, Hex(Pickle.Dumps(value)));
    }

    /// <summary>What a client of managers may send: no frames, and no numbers for what comes again.</summary>
    [Fact]
    public void The_minimal_form_is_read()
    {
        Assert.Null(Pickle.Loads(Convert.FromHexString("80034e2e")));
        Assert.Equal([1L, 1L], Assert.IsType<List<object?>>(Pickle.Loads(Convert.FromHexString("80055d284a010000008a0101652e"))));
    }

    [Fact]
    public void Python_2_is_read_in_all_its_protocols()
    {
        // [u'\xe9', 'ab', 2 ** 70, True, (1.5,), {'k': None}, set([1])] from CPython 2.7.18
        string[] pickles =
        [
            "286c70300a56e90a70310a6153276162270a70320a614c313138303539313632303731373431313330333432344c0a614930310a612846" +
                "312e350a7470330a61286470340a53276b270a70350a4e7361635f5f6275696c74696e5f5f0a7365740a70360a28286c70370a49310a61" +
                "7470380a5270390a612e",
            "5d7100285802000000c3a971015502616271024c313138303539313632303731373431313330333432344c0a4930310a28473ff8000000" +
                "0000007471037d710455016b71054e73635f5f6275696c74696e5f5f0a7365740a7106285d71074b0161747108527109652e",
            "80025d7100285802000000c3a971015502616271028a0900000000000000004088473ff80000000000008571037d710455016b71054e73" +
                "635f5f6275696c74696e5f5f0a7365740a71065d71074b0161857108527109652e",
        ];
        foreach (string pickle in pickles)
        {
            var list = Assert.IsType<List<object?>>(Pickle.Loads(Convert.FromHexString(pickle)));
            Assert.Equal(["\u00e9", "ab", BigInteger.Pow(2, 70), true], list[..4]);
            Assert.Equal([1.5], Assert.IsType<object[]>(list[4]));
            Assert.Null(Assert.IsType<Dictionary<object, object?>>(list[5])["k"]);
            Assert.Equal([1L], Assert.IsType<HashSet<object?>>(list[6]));
        }
    }

    private static void AssertSame(object? expected, object? actual)
    {
        Assert.Equal(expected?.GetType(), actual?.GetType());
        switch (expected)
        {
            case PythonByteArray bytes:
                Assert.True(bytes.Span.SequenceEqual(((PythonByteArray)actual!).Span));
                break;
            case object?[] tuple:
                Assert.Equal(tuple.Length, ((object?[])actual!).Length);
                Assert.All(tuple.Index(), part => AssertSame(part.Item, ((object?[])actual)[part.Index]));
                break;
            case PythonException exception:
                Assert.Equal(exception.TypeName, ((PythonException)actual!).TypeName);
                AssertSame(exception.Args.ToArray(), ((PythonException)actual).Args.ToArray());
                break;
            case QueueEmptyException:
                break;
            default:
                Assert.Equal(expected, actual);
                break;
        }
    }

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
}
