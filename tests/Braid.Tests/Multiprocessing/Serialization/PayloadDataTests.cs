using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Numerics;
using System.Reflection;
using System.Reflection.Emit;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using static Braid.Tests.PayloadRoundTrip;

namespace Braid.Tests;

public sealed class PayloadDataTests : TimedTest
{
    private enum Colour : short
    {
        Red = -3,
    }

    [Fact]
    public void Unmanaged_values_travel_as_they_are()
    {
        Assert.Equal(-7, Of(-7));
        Assert.Equal(double.NaN, Of(double.NaN));
        Assert.Equal(1.10m, Of(1.10m));
        Assert.Equal(Colour.Red, Of(Colour.Red));
        var now = new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Utc);
        Assert.Equal((now, DateTimeKind.Utc), (Of(now), Of(now).Kind));
        var id = Guid.NewGuid();
        Assert.Equal(id, Of(id));
        Assert.Equal(new Point(1, 2.5, Colour.Red), Of(new Point(1, 2.5, Colour.Red)));
        Assert.Equal((1, 'x', true), Of((1, 'x', true)));
        Assert.Null(Of<int?>(null));
        Assert.Equal(5, Of<int?>(5));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("żółć 😀 \ud800 alone")]
    public void Strings_travel_with_all_their_characters(string? text) => Assert.Equal(text, Of(text));

    [Fact]
    public void Arrays_travel_and_null_is_told_from_empty()
    {
        Assert.Equal([1, 2, 3], Of<int[]>([1, 2, 3]));
        Assert.Empty(Of<int[]>([]));
        Assert.Null(Of<int[]?>(null));
        Assert.Equal<IEnumerable<string?>>(["a", null, ""], Of<string?[]>(["a", null, ""]));
        Assert.Equal([[1], [], null], Of<int[]?[]>([[1], [], null]));
        Assert.Equal(new[,] { { 1, 2, 3 }, { 4, 5, 6 } }, Of(new[,] { { 1, 2, 3 }, { 4, 5, 6 } }));
        Assert.Equal(new[,] { { "a" }, { null } }, Of(new string?[,] { { "a" }, { null } }));
        Assert.Equal(new double[3, 0, 2], Of(new double[3, 0, 2]));
        byte[] large = new byte[10_000_000];
        Random.Shared.NextBytes(large);
        Assert.True(large.AsSpan().SequenceEqual(Of(large)));
    }

    [Fact]
    public void Views_travel_without_what_lies_around_them()
    {
        int[] numbers = [1, 2, 3, 4];
        Assert.Equal([2, 3], Of(numbers.AsMemory(1, 2)).ToArray());
        Assert.Equal([2, 3], Of(new ReadOnlyMemory<int>(numbers, 1, 2)).ToArray());
        Assert.Equal([3, 4], Of(new ArraySegment<int>(numbers, 2, 2)));
        Assert.True(Bytes(numbers.AsMemory(1, 2)).Length < Bytes(numbers.AsMemory()).Length);
        Assert.Equal(0, Of(default(ArraySegment<int>)).Count);
    }

    [Fact]
    public void Tuples_and_pairs_of_anything_travel()
    {
        Assert.Equal(("a", 1, (string?)null), Of(("a", 1, (string?)null)));
        Assert.Equal(Tuple.Create("a", 2.0), Of(Tuple.Create("a", 2.0)));
        Assert.Equal(KeyValuePair.Create("k", 1L), Of(KeyValuePair.Create("k", 1L)));
        Assert.Equal(("a", 1), Of<(string, int)?>(("a", 1)));
        Assert.Null(Of<(string, int)?>(null));
        Assert.Equal((1, 2, 3, 4, 5, 6, 7, "8", 9), Of((1, 2, 3, 4, 5, 6, 7, "8", 9)));
    }

    [Fact]
    public void Types_of_dotnet_that_are_their_text_travel()
    {
        Assert.Equal(new Uri("https://example.org/a b?c"), Of(new Uri("https://example.org/a b?c")));
        Assert.Equal(new Uri("a/b", UriKind.Relative), Of(new Uri("a/b", UriKind.Relative)));
        Assert.Equal(new Version(1, 2, 3), Of(new Version(1, 2, 3)));
        Assert.Equal(BigInteger.Pow(7, 100), Of(BigInteger.Pow(7, 100)));
        Assert.Equal("text", Of(new System.Text.StringBuilder("text")).ToString());
        Assert.Equal(System.Net.IPAddress.IPv6Loopback, Of(System.Net.IPAddress.IPv6Loopback));
        Assert.Equal("^a +b$", Of(new System.Text.RegularExpressions.Regex("^a +b$")).ToString());
    }

    [Fact]
    public void Types_of_dotnet_that_are_more_than_their_text_travel_whole()
    {
        NetworkCredential credential = Of(new NetworkCredential("user", "secret", "domain"));
        Assert.Equal(("user", "secret", "domain"), (credential.UserName, credential.Password, credential.Domain));
        Assert.Equal(IPEndPoint.Parse("[fe80::1%2]:80"), Of(IPEndPoint.Parse("[fe80::1%2]:80")));
        Assert.Equal(new DnsEndPoint("example.org", 80), Of(new DnsEndPoint("example.org", 80)));
        Assert.Equal(IPNetwork.Parse("10.0.0.0/8"), Of(IPNetwork.Parse("10.0.0.0/8")));
        var random = new Random(5);
        random.Next();
        Random back = Of(random);
        Assert.Equal(random.Next(), back.Next());
        Assert.Equal(new Random(6).Next(), Of(new Random(6)).Next());
        Assert.Equal((System.Drawing.Color.Red, "Red"), (Of(System.Drawing.Color.Red), Of(System.Drawing.Color.Red).Name));
        Assert.Equal("/etc/hosts", Of(new FileInfo("/etc/hosts")).FullName);
        Assert.True(Of(System.Diagnostics.Stopwatch.StartNew()).IsRunning);
        Regex regex = Of(new Regex("(?<name>A)", RegexOptions.IgnoreCase | RegexOptions.RightToLeft, TimeSpan.FromSeconds(3)));
        Assert.Equal((RegexOptions.IgnoreCase | RegexOptions.RightToLeft, TimeSpan.FromSeconds(3), "a"), (regex.Options, regex.MatchTimeout, regex.Match("xa").Groups["name"].Value));
        Assert.Equal(new MailAddress("a@example.org", "Ada"), Of(new MailAddress("a@example.org", "Ada")));
        Assert.Equal((Int128.MaxValue, (Half)1.5, new Complex(1, 2), Quaternion.Identity, new Rune('x'), 1..^2), Of((Int128.MaxValue, (Half)1.5, new Complex(1, 2), Quaternion.Identity, new Rune('x'), 1..^2)));
    }

    [Fact]
    public void A_stream_in_memory_travels_with_its_place()
    {
        var stream = new MemoryStream();
        stream.Write([1, 2, 3]);
        stream.Position = 1;
        MemoryStream back = Of(stream);
        Assert.Equal((1L, 2), (back.Position, back.ReadByte()));
        back.Position = 3;
        back.Write([4, 5]);
        Assert.Equal([1, 2, 3, 4, 5], back.ToArray());
        MemoryStream fixedStream = Of(new MemoryStream([1, 2], writable: false));
        Assert.False(fixedStream.CanWrite);
        Assert.Throws<NotSupportedException>(() => fixedStream.SetLength(9));
    }

    [Fact]
    public void Cultures_and_encodings_travel_by_name_unless_they_were_changed()
    {
        Assert.Equal("de-DE", Of(CultureInfo.GetCultureInfo("de-DE")).Name);
        Assert.True(Of(CultureInfo.GetCultureInfo("de-DE")).IsReadOnly);
        Assert.Equal("pl", Of(new CultureInfo("pl")).Name);
        var changed = new CultureInfo("de-DE");
        changed.NumberFormat.NumberDecimalSeparator = "!";
        Assert.Contains("it was changed after it was made", Assert.Throws<Multiprocessing.PayloadException>(() => Of(changed)).Message, StringComparison.Ordinal);
        Assert.Equal("!", Of(changed.NumberFormat).NumberDecimalSeparator);
        Encoding[] encodings =
        [
            new UTF8Encoding(true, true), new UTF8Encoding(false), new UnicodeEncoding(true, false), new UTF32Encoding(false, true, true), Encoding.GetEncoding("us-ascii", new EncoderReplacementFallback("!"), new DecoderExceptionFallback()), Encoding.Latin1,
        ];
        Assert.All(encodings, static encoding => Assert.Equal(encoding, Of(encoding)));
        Assert.All(encodings, static encoding => Assert.Equal(encoding.Preamble.ToArray(), Of(encoding).Preamble.ToArray()));
    }

    [Fact]
    public void Every_time_zone_of_the_system_travels_and_those_of_the_program_too()
    {
        Assert.All(TimeZoneInfo.GetSystemTimeZones(), static zone => Assert.Same(TimeZoneInfo.FindSystemTimeZoneById(zone.Id), Of(zone)));
        Assert.Equal(TimeZoneInfo.Local, Of(TimeZoneInfo.Local));
        TimeZoneInfo.TransitionTime spring = TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday);
        TimeZoneInfo.TransitionTime autumn = TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 9);
        var own = TimeZoneInfo.CreateCustomTimeZone("Mine", TimeSpan.FromHours(3), "Mine, shown", "Standard", "Summer",
            [TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(new DateTime(2000, 1, 1), new DateTime(2030, 12, 31), TimeSpan.FromHours(1), spring, autumn)]);
        TimeZoneInfo back = Of(own);
        Assert.Equal(own, back);
        Assert.Equal((own.DisplayName, own.StandardName, own.DaylightName), (back.DisplayName, back.StandardName, back.DaylightName));
        Assert.True(back.IsDaylightSavingTime(new DateTime(2020, 7, 1)));
    }

    [Fact]
    public void Trees_of_JSON_and_XML_travel_at_any_depth_that_they_can_be_written_in()
    {
        JsonNode deep = JsonValue.Create(1);
        for (int i = 0; i < 200; i++)
        {
            deep = new JsonArray(deep);
        }

        Assert.True(JsonNode.DeepEquals(deep, Of(deep)));
        Assert.Equal("""{"a":[1,"\u00E9",null]}""", Of<JsonNode>(new JsonObject { ["a"] = new JsonArray(1, "é", null) }).ToJsonString());
        using var document = JsonDocument.Parse("""{ "a": 1.0 }""");
        Assert.Equal("""{ "a": 1.0 }""", Of(document).RootElement.GetRawText());
        Assert.Equal(JsonValueKind.Undefined, Of(default(JsonElement)).ValueKind);
        Assert.Throws<Multiprocessing.PayloadException>(() => Of<JsonNode>(JsonValue.Create("\ud800")));
        for (int i = 0; i < 2000; i++)
        {
            deep = new JsonArray(deep);
        }

        Assert.Throws<Multiprocessing.PayloadException>(() => Of(deep));
        Assert.True(XNode.DeepEquals(XElement.Parse("<a x='1'> <b/>text<![CDATA[<]]></a>", LoadOptions.PreserveWhitespace), Of(XElement.Parse("<a x='1'> <b/>text<![CDATA[<]]></a>", LoadOptions.PreserveWhitespace))));
        XDocument written = Of(new XDocument(new XDeclaration("1.0", "utf-16", "yes"), new XComment("c"), new XElement("a")));
        Assert.Equal(("utf-16", "<!--c--><a />"), (written.Declaration!.Encoding, written.ToString(SaveOptions.DisableFormatting)));
        var old = new XmlDocument();
        old.LoadXml("<a> <b/></a>");
        Assert.Equal(old.OuterXml, Of(old).OuterXml);
        var annotated = new XElement("a");
        annotated.AddAnnotation("note");
        Assert.Contains("has annotations", Assert.Throws<Multiprocessing.PayloadException>(() => Of(annotated)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_a_struct_travel_with_all_their_elements()
    {
        var row = default(Row);
        row[0] = "a";
        row[2] = "c";
        Row back = Of(row);
        Assert.Equal(("a", null, "c"), (back[0], back[1], back[2]));
    }

    [Fact]
    public void A_view_of_nothing_stays_one()
    {
        Assert.Null(Of(default(ArraySegment<int>)).Array);
        Assert.NotNull(Of(new ArraySegment<int>([])).Array);
        Assert.Equal([1, 2], Of(new System.Buffers.ReadOnlySequence<int>([1, 2])).ToArray());
        Assert.True(Of(default(System.Buffers.ReadOnlySequence<int>)).IsEmpty);
    }

    [Fact]
    public void A_program_that_is_called_Microsoft_something_is_not_dotnet()
    {
        string file = Path.Combine(Path.GetTempPath(), $"Microsoft.Contoso.Ledger.{Guid.NewGuid():N}.dll");
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(Path.GetFileNameWithoutExtension(file)), typeof(object).Assembly);
        TypeBuilder account = assembly.DefineDynamicModule("Ledger").DefineType("Microsoft.Contoso.Account", TypeAttributes.Public);
        account.DefineDefaultConstructor(MethodAttributes.Public);
        account.DefineField("_balance", typeof(int), FieldAttributes.Private);
        account.CreateType();
        assembly.Save(file);
        try
        {
            Type type = Assembly.LoadFrom(file).GetType("Microsoft.Contoso.Account", throwOnError: true)!;
            FieldInfo balance = type.GetField("_balance", BindingFlags.Instance | BindingFlags.NonPublic)!;
            object value = Activator.CreateInstance(type)!;
            balance.SetValue(value, 100);
            Assert.False(Multiprocessing.Origin.IsFramework(type));
            Assert.Equal(100, balance.GetValue(Of(value)));
        }
        finally
        {
            File.Delete(file);
        }

        Assert.All([typeof(object), typeof(Uri), typeof(XElement), typeof(Microsoft.Win32.Registry)], static type => Assert.True(Multiprocessing.Origin.IsFramework(type)));
        Assert.All([typeof(PayloadDataTests), typeof(Xunit.Assert), typeof(Microsoft.FSharp.Core.FSharpOption<int>), typeof(Multiprocessing.Process)], static type => Assert.False(Multiprocessing.Origin.IsFramework(type)));
    }

    [Fact]
    public void A_value_declared_as_object_keeps_its_type()
    {
        Assert.Equal(5, Of<object>(5));
        Assert.Equal("x", Of<object>("x"));
        Assert.Equal(Colour.Red, Of<object>(Colour.Red));
        Assert.Equal(("x", 1), Of<object>(("x", 1)));
        object?[] plain = [1, "two", null, 3.0, 'c', true, (byte)1, (sbyte)-1, (short)1, (ushort)1, 1u, 1L, 1ul, 1.5f, 1.5m, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), DayOfWeek.Friday, Colour.Red, (nint?)null];
        Assert.Equal(plain, Of(plain));
        Assert.Equal(plain.Select(static value => value?.GetType()), Of(plain).Select(static value => value?.GetType()));
        Assert.Equal<IComparable>([1, "two"], Of<IComparable[]>([1, "two"]));
        Assert.Equal(new List<int> { 1 }, Of<IEnumerable<int>>(new List<int> { 1 }));
        Assert.IsType<string[]>(Of<object[]>(new[] { "a" }));
        Assert.Equal(typeof(Dictionary<string, Colour[]>), Of(typeof(Dictionary<string, Colour[]>)));
    }

    [System.Runtime.CompilerServices.InlineArray(3)]
    private struct Row
    {
        private string? _first;
    }

    private readonly record struct Point(int X, double Y, Colour Colour);
}
