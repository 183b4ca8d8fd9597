using Braid.Python;

namespace Braid.Tests;

/// <summary>The messages of managers, byte for byte as CPython 3.11 and 3.13 have sent them.</summary>
public sealed class ManagerWireTests : TimedTest
{
    private static readonly PickleOptions s_options = Token.Register(new PickleOptions(), static (token, exposed) => new Rebuilt(token, exposed))
        .AddWriter<Rebuilt>(static proxy => proxy.Token.ToProxy(proxy.Exposed ?? []));

    private static readonly Token s_dict = new("dict", "/tmp/s", "7f00aa");

    public static TheoryData<string, string> Samples => new()
    {
        { "dummy", "8004951000000000000000284e8c0564756d6d7994297d9474942e" },
        { "return None", "8004950e000000000000008c072352455455524e944e86942e" },
        { "create", "8004951900000000000000284e8c06637265617465948c04646963749485947d9474942e" },
        { "create with arguments", "8004952100000000000000284e8c06637265617465948c03466f6f944b0186947d948c0178944b027374942e" },
        {
            "created",
            "80049526000000000000008c072352455455524e948c06376630306161948c03676574948c03736574948694869486942e"
        },
        { "incref", "8004951b00000000000000284e8c06696e63726566948c063766303061619485947d9474942e" },
        {
            "accept_connection",
            "8004952600000000000000284e8c116163636570745f636f6e6e656374696f6e948c06646f746e65749485947d9474942e"
        },
        { "shutdown", "8004951300000000000000284e8c0873687574646f776e94297d9474942e" },
        { "put", "8004951b00000000000000288c06376630306161948c03707574948c01789485947d9474942e" },
        { "append", "8004952200000000000000288c06376630306161948c06617070656e64945d94284b014b026585947d9474942e" },
        { "return 1", "8004950f000000000000008c072352455455524e944b0186942e" },
        {
            "KeyError",
            "8004952d000000000000008c06234552524f52948c086275696c74696e73948c084b65794572726f729493948c027a7a948594529486942e"
        },
        {
            "ValueError",
            "80049532000000000000008c06234552524f52948c086275696c74696e73948c0a56616c75654572726f729493948c03626164944b038694529486942e"
        },
        { "Empty", "80049522000000000000008c06234552524f52948c065f7175657565948c05456d70747994939429529486942e" },
        {
            "StopIteration",
            "8004952c000000000000008c06234552524f52948c086275696c74696e73948c0d53746f70497465726174696f6e94939429529486942e"
        },
        { "traceback", "80049515000000000000008c0a2354524143454241434b948c02540a9486942e" },
        {
            "token",
            "80049545000000000000008c186d756c746970726f63657373696e672e6d616e6167657273948c05546f6b656e9493942981948c04646963" +
            "74948c062f746d702f73948c06376630306161948794622e"
        },
        {
            "token of TCP",
            "8004954d000000000000008c186d756c746970726f63657373696e672e6d616e6167657273948c05546f6b656e9493942981948c0464696374" +
            "948c093132372e302e302e31944d881386948c06376630306161948794622e"
        },
        {
            "new proxy",
            "8004957b000000000000008c062350524f585994288c085f5f6e6578745f5f948c0473656e64948c057468726f77948c05636c6f7365947494" +
            "8c186d756c746970726f63657373696e672e6d616e6167657273948c05546f6b656e9493942981948c084974657261746f72948c062f746d702f" +
            "73948c0637663030616394879462869486942e"
        },
        {
            "get_methods",
            "8004955b00000000000000284e8c0b6765745f6d6574686f6473948c186d756c746970726f63657373696e672e6d616e6167657273948c0554" +
            "6f6b656e9493942981948c0464696374948c062f746d702f73948c063766303061619487946285947d9474942e"
        },
        {
            "DictProxy",
            "80049578000000000000008c186d756c746970726f63657373696e672e6d616e6167657273948c0c52656275696c6450726f78799493942868" +
            "008c094469637450726f787994939468008c05546f6b656e9493942981948c0464696374948c062f746d702f73948c0637663030616194879462" +
            "8c067069636b6c65947d94749452942e"
        },
        {
            "AutoProxy",
            "8004958c000000000000008c186d756c746970726f63657373696e672e6d616e6167657273948c0c52656275696c6450726f78799493942868" +
            "008c094175746f50726f787994939468008c05546f6b656e9493942981948c03466f6f948c062f746d702f73948c0637663030616294879462" +
            "8c067069636b6c65947d948c076578706f736564948c0161948c016294869473749452942e"
        },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_message_is_written_and_read(string name, string bytes)
    {
        object? message = Message(name);
        Assert.Equal(bytes, Convert.ToHexString(Pickle.Dumps(message, s_options)).ToLowerInvariant());
        object? read = Pickle.Loads(Convert.FromHexString(bytes), s_options);
        Assert.Equal(bytes, Convert.ToHexString(Pickle.Dumps(read, s_options)).ToLowerInvariant());
    }

    [Theory]
    [InlineData("Count", "Count count")]
    [InlineData("CountWords", "CountWords count_words")]
    [InlineData("GetURLFor", "GetURLFor get_url_for")]
    [InlineData("Utf8", "Utf8 utf8")]
    [InlineData("LoadAsync", "LoadAsync load_async load")]
    [InlineData("get_Total", "Total total get_total")]
    [InlineData("set_Total", "set_Total set_total")]
    [InlineData("get_Item", "__getitem__")]
    [InlineData("set_Item", "__setitem__")]
    public void A_member_has_the_name_of_python_too(string member, string names) =>
        Assert.Equal(names, string.Join(' ', MemberNames.Of(typeof(INames).GetMethod(member)!)));

    [Theory]
    [InlineData("/tmp/s")]
    [InlineData("\0abstract")]
    public void An_address_crosses(string path) =>
        Assert.Equal(path, ManagerWire.AddressFromPython(Crossed(ManagerWire.AddressToPython(path)))?.Path);

    [Fact]
    public void What_is_no_address_is_none()
    {
        foreach (object? value in new object?[] { null, 5L, "", new object?[] { "host" }, new object?[] { "host", -1L }, new object?[] { "host", 70_000L }, new object?[] { "", 1L } })
        {
            Assert.Null(ManagerWire.AddressFromPython(value));
        }
    }

    private static object? Crossed(object value) => Pickle.Loads(Pickle.Dumps(value));

    private static object? Message(string name) => name switch
    {
        "dummy" => ManagerWire.Request(null, "dummy", []),
        "return None" => ManagerWire.Reply(ManagerWire.Return, null),
        "create" => ManagerWire.Request(null, "create", ["dict"]),
        "create with arguments" => ManagerWire.Request(null, "create", ["Foo", 1], new Dictionary<string, object?> { ["x"] = 2 }),
        "created" => ManagerWire.Reply(ManagerWire.Return, new object?[] { "7f00aa", new object?[] { "get", "set" } }),
        "incref" => ManagerWire.Request(null, "incref", ["7f00aa"]),
        "accept_connection" => ManagerWire.Request(null, ManagerWire.AcceptConnection, ["dotnet"]),
        "shutdown" => ManagerWire.Request(null, "shutdown", []),
        "put" => ManagerWire.Request("7f00aa", "put", ["x"]),
        "append" => ManagerWire.Request("7f00aa", "append", [new List<object?> { 1, 2 }]),
        "return 1" => ManagerWire.Reply(ManagerWire.Return, 1),
        "KeyError" => ManagerWire.Reply(ManagerWire.Error, Exceptions.Make("KeyError", "zz")),
        "ValueError" => ManagerWire.Reply(ManagerWire.Error, Exceptions.Make("ValueError", "bad", 3)),
        "Empty" => ManagerWire.Reply(ManagerWire.Error, new Queues.QueueEmptyException()),
        "StopIteration" => ManagerWire.Reply(ManagerWire.Error, Exceptions.Make("StopIteration")),
        "traceback" => ManagerWire.Reply(ManagerWire.Traceback, "T\n"),
        "token" => s_dict,
        "token of TCP" => s_dict with { Address = ("127.0.0.1", 5000) },
        "new proxy" => ManagerWire.Reply(
            ManagerWire.NewProxy,
            new object?[] { new object?[] { "__next__", "send", "throw", "close" }, new Token("Iterator", "/tmp/s", "7f00ac") }),
        "get_methods" => ManagerWire.Request(null, "get_methods", [s_dict]),
        "DictProxy" => new Rebuilt(s_dict, null),
        "AutoProxy" => new Rebuilt(new Token("Foo", "/tmp/s", "7f00ab"), ["a", "b"]),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private sealed record Rebuilt(Token Token, string[]? Exposed);

    private interface INames
    {
        int Total { get; set; }

        int this[int index] { get; set; }

        int Count();

        int CountWords();

        int GetURLFor();

        int Utf8();

        Task LoadAsync();
    }
}
