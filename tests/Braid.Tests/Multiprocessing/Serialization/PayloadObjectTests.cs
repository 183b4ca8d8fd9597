using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Braid.Multiprocessing;
using static Braid.Tests.PayloadRoundTrip;

namespace Braid.Tests;

public sealed class PayloadObjectTests : TimedTest
{
    [Fact]
    public void Objects_travel_with_their_private_fields_and_without_a_constructor()
    {
        var account = new Account("Ada", 5);
        account.Deposit(7);
        int made = Account.Made;
        Account back = Of(account);
        Assert.Equal(("Ada", 12), (back.Owner, back.Balance));
        Assert.Equal(made, Account.Made);
    }

    [Fact]
    public void A_derived_object_arrives_as_what_it_is()
    {
        var saver = Assert.IsType<Saver>(Of<Account>(new Saver("Ada", 5, 0.5)));
        Assert.Equal(("Ada", 5, 0.5), (saver.Owner, saver.Balance, saver.Rate));
        Assert.Equal([new Circle(2), new Square(3)], Of<IShape[]>([new Circle(2), new Square(3)]));
    }

    [Fact]
    public void Circles_of_objects_arrive_as_circles()
    {
        var parent = new Node("parent");
        parent.Children.Add(new Node("child") { Parent = parent });
        Node back = Of(parent);
        Assert.Same(back, Assert.Single(back.Children).Parent);
    }

    [Fact]
    public void A_field_marked_not_serialized_stays_at_home()
    {
        Cached back = Of(new Cached { Kept = "x", Gone = new MemoryStream() });
        Assert.Equal("x", back.Kept);
        Assert.Null(back.Gone);
    }

    [Fact]
    public void Anonymous_objects_records_and_structs_with_references_travel()
    {
        Assert.Equal(new { A = 1, B = "x" }, Of(new { A = 1, B = "x" }));
        Assert.Equal(new Named("n", [1]).Name, Of(new Named("n", [1])).Name);
        Assert.Equal([1], Of(new Named("n", [1])).Numbers);
        Assert.NotNull(Of(new object()));
        Assert.Equal(new Empty(), Of(new Empty()));
        Assert.Equal(3, Of(new Empty[3]).Length);
    }

    [Fact]
    public void A_chain_too_deep_for_the_stack_is_an_error_and_not_the_end_of_the_process()
    {
        Node? chain = null;
        for (int i = 0; i < 300_000; i++)
        {
            chain = new Node("n") { Parent = chain };
        }

        PayloadException failure = Assert.Throws<PayloadException>(() => Bytes(chain));
        Assert.Contains("it lies too deep in a chain of objects for the stack of this thread", failure.Message, StringComparison.Ordinal);
        Assert.Contains("steps more", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.Path.Count > 100 && failure.Message.Length < 2000);
    }

    [Fact]
    public void A_converter_is_used_where_it_is_registered()
    {
        Assert.Equal("inside 7 outside", Of(new Converted("7")).Text);
        Assert.Equal("inside 7 outside", Of<object[]>([new Converted("7")]).Cast<Converted>().Single().Text);
        Assert.Equal(8, Of(new ConvertedValue { Number = 7 }).Number);
    }

    [Fact]
    public void A_second_converter_or_a_late_one_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => Payloads.Register<Converted>((_, _) => { }, _ => new Converted("")));
        Of(new Late("x"));
        InvalidOperationException late = Assert.Throws<InvalidOperationException>(() => Payloads.Register<Late>((_, _) => { }, _ => new Late("")));
        Assert.Contains("Late has a converter, or values of it travelled already", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_in_a_converter_is_told_with_its_cause()
    {
        PayloadException failure = Assert.Throws<PayloadException>(() => Bytes(new Failing()));
        Assert.Contains("failed with System.InvalidTimeZoneException: no luck", failure.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidTimeZoneException>(failure.InnerException);
    }

    [Fact]
    public void A_type_with_a_json_converter_of_its_own_goes_by_it()
    {
        Assert.Equal("json x", Of(new ByJson { Text = "x" }).Text);
        Assert.Equal(5, Of(JsonDocument.Parse("""{"a":5}""").RootElement).GetProperty("a").GetInt32());
    }

    [ModuleInitializer]
    internal static void Register()
    {
        Payloads.Register(
            (output, value) => output.Write(System.Text.Encoding.UTF8.GetBytes($"inside {value.Text}")),
            bytes => new Converted(System.Text.Encoding.UTF8.GetString(bytes.Span) + " outside"));
        Payloads.Register((output, value) => output.Write([(byte)value.Number]), bytes => new ConvertedValue { Number = bytes.Span[0] + 1 });
        Payloads.Register<Failing>((_, _) => throw new InvalidTimeZoneException("no luck"), _ => new Failing());
    }

    internal sealed record Converted(string Text);

    internal struct ConvertedValue
    {
        public int Number;
    }

    internal sealed class Failing;

    private sealed record Late(string Text);

    private interface IShape;

    private sealed record Circle(double Radius) : IShape;

    private sealed record Square(double Side) : IShape;

    private readonly struct Named(string name, int[] numbers)
    {
        public string Name { get; } = name;

        public int[] Numbers { get; } = numbers;
    }

    private sealed record Empty;

    private class Account
    {
        private int _balance;

        public Account(string owner, int balance)
        {
            Owner = owner;
            _balance = balance;
            Made++;
        }

        public static int Made { get; private set; }

        public string Owner { get; }

        public int Balance => _balance;

        public void Deposit(int amount) => _balance += amount;
    }

    private sealed class Saver(string owner, int balance, double rate) : Account(owner, balance)
    {
        public double Rate => rate;
    }

    private sealed class Node(string name)
    {
        public string Name { get; } = name;

        public Node? Parent { get; init; }

        public List<Node> Children { get; } = [];
    }

    private sealed class Cached
    {
        [NonSerialized]
        public MemoryStream? Gone;

        public string? Kept;
    }

    [JsonConverter(typeof(ByJsonConverter))]
    private sealed class ByJson
    {
        public string Text = "";
    }

    private sealed class ByJsonConverter : JsonConverter<ByJson>
    {
        public override ByJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new() { Text = reader.GetString()! };

        public override void Write(Utf8JsonWriter writer, ByJson value, JsonSerializerOptions options) => writer.WriteStringValue($"json {value.Text}");
    }
}
