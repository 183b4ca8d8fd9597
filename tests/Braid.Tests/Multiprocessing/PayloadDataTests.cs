using System.Numerics;
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
    public void A_value_declared_as_object_keeps_its_type()
    {
        Assert.Equal(5, Of<object>(5));
        Assert.Equal("x", Of<object>("x"));
        Assert.Equal(Colour.Red, Of<object>(Colour.Red));
        Assert.Equal(("x", 1), Of<object>(("x", 1)));
        Assert.Equal<object?>([1, "two", null, 3.0, 'c'], Of<object?[]>([1, "two", null, 3.0, 'c']));
        Assert.Equal(new List<int> { 1 }, Of<IEnumerable<int>>(new List<int> { 1 }));
        Assert.IsType<string[]>(Of<object[]>(new[] { "a" }));
        Assert.Equal(typeof(Dictionary<string, Colour[]>), Of(typeof(Dictionary<string, Colour[]>)));
    }

    private readonly record struct Point(int X, double Y, Colour Colour);
}
