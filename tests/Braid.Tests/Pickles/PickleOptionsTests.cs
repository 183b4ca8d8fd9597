using Braid.Python;

namespace Braid.Tests;

/// <summary>What a program adds to plain data: as much as managers need, whose bytes these are.</summary>
public sealed class PickleOptionsTests : TimedTest
{
    private const string Managers = "multiprocessing.managers";

    private const string TokenBytes =
        "80049545000000000000008c186d756c746970726f63657373696e672e6d616e6167657273948c05546f6b656e9493942981948c" +
        "0464696374948c062f746d702f73948c06376630306161948794622e";

    private const string DictProxy =
        "80049578000000000000008c186d756c746970726f63657373696e672e6d616e6167657273948c0c52656275696c6450726f787994939428" +
        "68008c094469637450726f787994939468008c05546f6b656e9493942981948c0464696374948c062f746d702f73948c0637663030616194" +
        "8794628c067069636b6c65947d94749452942e";

    private static readonly PickleOptions s_options = new PickleOptions()
        .AddReader(Managers, "Token", (args, state) => state is object?[] parts && args is []
            ? new Token((string)parts[0]!, (string)parts[1]!, (string)parts[2]!)
            : throw new FormatException("no token"))
        .AddReader(Managers, "RebuildProxy", args => new Proxy((PythonGlobal)args[0]!, (Token)args[1]!))
        .AddGlobal(Managers, "DictProxy")
        .AddWriter<Token>(token => new PythonCall(Managers, "Token")
        {
            IsNew = true,
            State = new object?[] { token.Typeid, token.Address, token.Id },
        })
        .AddWriter<Proxy>(proxy =>
            new PythonCall(Managers, "RebuildProxy", proxy.Class, proxy.Token, "pickle", new Dictionary<string, int>()));

    [Fact]
    public void A_token_is_read_and_written()
    {
        var token = Assert.IsType<Token>(Pickle.Loads(Convert.FromHexString(TokenBytes), s_options));
        Assert.Equal(new Token("dict", "/tmp/s", "7f00aa"), token);
        Assert.Equal(TokenBytes, Convert.ToHexString(Pickle.Dumps(token, s_options)).ToLowerInvariant());
    }

    [Fact]
    public void A_proxy_is_rebuilt_by_its_reader_alone()
    {
        var proxy = Assert.IsType<Proxy>(Pickle.Loads(Convert.FromHexString(DictProxy), s_options));
        Assert.Equal(new Proxy(new PythonGlobal(Managers, "DictProxy"), new Token("dict", "/tmp/s", "7f00aa")), proxy);
        Assert.Equal(DictProxy, Convert.ToHexString(Pickle.Dumps(proxy, s_options)).ToLowerInvariant());
    }

    [Fact]
    public void Without_its_reader_it_is_refused_by_name()
    {
        PickleException e = Assert.Throws<PickleException>(() => Pickle.Loads(Convert.FromHexString(TokenBytes)));
        Assert.Equal(new PythonGlobal(Managers, "Token"), e.Global);
        Assert.Contains("multiprocessing.managers.Token", e.Message, StringComparison.Ordinal);
        Assert.Contains("AddReader(\"multiprocessing.managers\", \"Token\"", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_may_only_be_named_is_not_called()
    {
        PickleOptions named = new PickleOptions().AddGlobal("os", "system");
        Assert.Equal(new PythonGlobal("os", "system"), Pickle.Loads("cos\nsystem\n."u8, named));
        Assert.Throws<PickleException>(() => Pickle.Loads("cos\nsystem\n(S'true'\ntR."u8, named));
    }

    [Fact]
    public void Readers_and_writers_belong_to_their_options()
    {
        Assert.Throws<PickleException>(() => Pickle.Dumps(new Token("", "", "")));
        Assert.Throws<PickleException>(() => Pickle.Dumps(new Token("", "", ""), new PickleOptions()));
    }

    [Fact]
    public void A_registered_reader_replaces_the_plain_one()
    {
        byte[] nan = Convert.FromHexString("80048c07646563696d616c8c07446563696d616c938c034e614e85522e");    // Decimal('NaN')
        Assert.Contains("Decimal('NaN')", Assert.Throws<PickleException>(() => Pickle.Loads(nan)).Message, StringComparison.Ordinal);
        PickleOptions texts = new PickleOptions().AddReader("decimal", "Decimal", static args => $"number {args[0]}");
        Assert.Equal("number NaN", Pickle.Loads(nan, texts));
    }

    [Fact]
    public void A_writer_serves_derived_types_and_keeps_what_is_one_object_one()
    {
        PickleOptions options = new PickleOptions()
            .AddWriter<Animal>(static animal => new Dictionary<string, string> { ["name"] = animal.Name });
        var cat = new Cat("Tom");
        var list = Assert.IsType<List<object?>>(Pickle.Loads(Pickle.Dumps(new List<Animal> { cat, cat }, options)));
        Assert.Same(list[0], list[1]);
        Assert.Equal("Tom", Assert.IsType<Dictionary<object, object?>>(list[0])["name"]);
    }

    [Fact]
    public void What_a_reader_throws_is_wrapped_with_its_name()
    {
        PickleOptions options = new PickleOptions().AddReader("m", "f", static _ => throw new FormatException("no"));
        PickleException e = Assert.Throws<PickleException>(() => Pickle.Loads("cm\nf\n)R."u8, options));
        Assert.Equal("The reader of m.f failed: no", e.Message);
        Assert.IsType<FormatException>(e.InnerException);
    }

    [Fact]
    public void A_writer_that_returns_the_value_itself_is_refused()
    {
        PickleOptions options = new PickleOptions().AddWriter<Cat>(static cat => cat);
        Assert.Throws<PickleException>(() => Pickle.Dumps(new Cat(""), options));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    public void Other_protocols_are_not_written(int protocol) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PickleOptions { Protocol = protocol });

    private sealed record Token(string Typeid, string Address, string Id);

    private sealed record Proxy(PythonGlobal Class, Token Token);

    private record Animal(string Name);

    private sealed record Cat(string Name) : Animal(Name);
}
