using System.Numerics;
using Braid.Python;

namespace Braid.Tests;

/// <summary>What has no exact counterpart is refused by name, and never written or read as something else.</summary>
public sealed class PickleRefusalTests : TimedTest
{
    private const string TextArray =
        "80048c0561727261798c145f61727261795f7265636f6e7374727563746f7293288c0561727261798c056172726179938c0175" +
        "4b12430074522e";

    public static TheoryData<string, string> Unreadable() => new()
    {
        { "fold=1", "80049527000000000000008c086461746574696d65948c086461746574696d65949394430a07e8810203000000000094859452942e" },
        { "timedelta", "80048c086461746574696d658c0974696d6564656c7461934affc99a3b4b004b0087522e" },
        { "pair of halves", "80048c06eda080edb0802e" },
        { "not UTF-8", "80048c02c3282e" },
        { "Decimal('1.12345678901234567890123456789')", Call("decimal", "Decimal", "1.12345678901234567890123456789") },
        { "Decimal('Infinity')", Call("decimal", "Decimal", "Infinity") },
        { "Decimal('79228162514264337593543950336')", Call("decimal", "Decimal", "79228162514264337593543950336") },
        { "Decimal('1E+999999999')", Call("decimal", "Decimal", "1E+999999999") },
        { "'O8'", Dtype("O8") },
        { "'M8'", Dtype("M8") },
        { "'c8'", Dtype("c8") },
        { "'U4'", Dtype("U4") },
        { "os.system", Call("os", "system", "true") },
        { "builtins.eval", Call("builtins", "eval", "1") },
        { "builtins.getattr", Call("builtins", "getattr", "1") },
        { "collections.deque", "80048c0b636f6c6c656374696f6e738c0564657175659329522e" },
        { "zoneinfo.ZoneInfo", "80048c087a6f6e65696e666f8c085a6f6e65496e666f932e" },
        { "persistent id", "80045030310a2e" },
        { "extension registry", "800482012e" },
        { "buffer_callback", "8005972e" },
        { "text (type code 'u')", TextArray },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void It_is_refused_by_name_when_it_is_read(string name, string bytes)
    {
        PickleException e = Assert.Throws<PickleException>(() => Pickle.Loads(Convert.FromHexString(bytes)));
        string expected = name switch
        {
            "timedelta" => "timedelta of 999,999,999 days",
            "pair of halves" => "two halves of a surrogate pair",
            _ => name,
        };
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Unwritable() =>
    [
        "object", "enum", "delegate", "type", "lazy sequence", "record", "matrix", "local time", "ticks of a DateTime",
        "ticks of a TimeSpan", "ticks of a TimeOnly", "keys 1 and 1.0", "keys true and 1", "keys of equal bytes", "elements 'x' and x",
        "list as key", "array in itself",
    ];

    [Theory]
    [MemberData(nameof(Unwritable))]
    public void It_is_refused_by_name_when_it_is_written(string what)
    {
        object?[] knot = new object?[1];
        knot[0] = knot;
        (object value, string message) = what switch
        {
            "object" => (new object(), "System.Object"),
            "enum" => (DayOfWeek.Friday, "System.DayOfWeek is not among"),
            "delegate" => ((Action)(() => { }), "System.Action"),
            "type" => (typeof(int), "Code does not cross"),
            "lazy sequence" => (Enumerable.Range(0, 3).Where(n => n > 1), "Write a list"),
            "record" => (new Reading(20), "AddWriter<Reading>"),
            "matrix" => (new int[2, 2], "NDArray"),
            "local time" => (DateTime.SpecifyKind(DateTime.UnixEpoch, DateTimeKind.Local), "DateTimeOffset"),
            "ticks of a DateTime" => (DateTime.UnixEpoch.AddTicks(1), "fraction of a microsecond"),
            "ticks of a TimeSpan" => (TimeSpan.FromTicks(1), "fraction of a microsecond"),
            "ticks of a TimeOnly" => (new TimeOnly(1), "fraction of a microsecond"),
            "keys 1 and 1.0" => (new Dictionary<object, int> { [1] = 1, [1.0] = 2 }, "equal in Python"),
            "keys true and 1" => (new Dictionary<object, int> { [true] = 1, [1L] = 2 }, "equal in Python"),
            "keys of equal bytes" => (new Dictionary<byte[], int> { [[1]] = 1, [[1]] = 2 }, "equal in Python"),
            "elements 'x' and x" => (new HashSet<object> { 'x', "x" }, "equal in Python"),
            "list as key" => (new Dictionary<object, int> { [new List<int>()] = 1 }, "what cannot change"),
            _ => ((object)knot, "contains itself"),
        };
        Assert.Contains(message, Assert.Throws<PickleException>(() => Pickle.Dumps(value)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_enum_in_an_array_or_as_a_key_is_no_number()
    {
        Assert.Throws<PickleException>(() => Pickle.Dumps(new[] { DayOfWeek.Friday }));
        Assert.Throws<PickleException>(() => Pickle.Dumps(new Dictionary<DayOfWeek, int> { [DayOfWeek.Friday] = 1 }));
        Assert.Throws<ArgumentException>(() => new NDArray<DayOfWeek>([DayOfWeek.Friday]));
    }

    [Fact]
    public void Numbers_that_are_equal_in_Python_find_one_another()
    {
        var read = (Dictionary<object, object?>)Pickle.Loads(Pickle.Dumps(new Dictionary<object, object?>
        {
            [1L] = "one",
            [BigInteger.Pow(2, 70)] = "big",
            [2.5] = "float",
            [(1, "a")] = "tuple",
            [new byte[] { 7 }] = "bytes",
        }))!;
        Assert.Equal("one", read[1]);
        Assert.Equal("one", read[1.0]);
        Assert.Equal("one", read[true]);
        Assert.Equal("one", read[1m]);
        Assert.Equal("big", read[Math.Pow(2, 70)]);
        Assert.Equal("float", read[2.5f]);
        Assert.Equal("tuple", read[(1, "a")]);
        Assert.Equal("tuple", read[new object[] { 1, "a" }]);
        Assert.Equal("bytes", read[new byte[] { 7 }]);
        Assert.False(read.ContainsKey("1"));
    }

    [Fact]
    public void Keys_that_are_NaN_stay_as_many_as_they_were()
    {
        var list = new List<object?> { double.NaN, double.NaN };
        byte[] bytes = Convert.FromHexString("80047d28" + "477ff8000000000000" + "4b01" + "477ff8000000000000" + "4b02" + "752e");
        Assert.Equal(list.Count, Assert.IsType<Dictionary<object, object?>>(Pickle.Loads(bytes)).Count);
    }

    private static string Call(string module, string name, string argument) =>
        $"80048c{module.Length:x2}{Hex(module)}8c{name.Length:x2}{Hex(name)}938c{argument.Length:x2}{Hex(argument)}85522e";

    private static string Dtype(string name) =>
        $"80048c05{Hex("numpy")}8c05{Hex("dtype")}938c{name.Length:x2}{Hex(name)}89888752284b038c017c4e4e4e4affffffff4affffffff4b3f74622e";

    private static string Hex(string text) => Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(text));

    private sealed record Reading(int Degrees);
}
