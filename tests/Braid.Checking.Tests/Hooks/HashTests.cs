using System.Collections.Concurrent;

namespace Braid.Checking.Tests.Hooks;

/// <summary>
/// Hash codes that .NET makes anew in each process are the same in all, so that a schedule that depends on them can be replayed anywhere.
/// </summary>
public sealed class HashTests
{
    [Fact]
    public void Strings_types_and_tuples_of_them_hash_alike_in_every_process()
    {
        AppContext.SetData("braid.hashes", null);
        Explored.Runs(() =>
        {
            Action call = Nothing;
            var hash = default(HashCode);
            hash.Add("text");
            hash.Add("TEXT", StringComparer.OrdinalIgnoreCase);
            hash.AddBytes([1, 2, 3]);
            int[] hashes =
            [
                "text".GetHashCode(), Hash("text"), ("text", 1).GetHashCode(), Hash(("text", 1)), Hash(Tuple.Create("text", 1)),
                typeof(HashTests).GetHashCode(), call.GetHashCode(),
                HashCode.Combine("text"), HashCode.Combine("text", 1), HashCode.Combine(1, 2, "text"), hash.ToHashCode(),
                StringComparer.Ordinal.GetHashCode("text"),
                StringComparer.OrdinalIgnoreCase.GetHashCode("tExt"), new Name("text", 1).GetHashCode(),
                EqualityComparer<string>.Default.GetHashCode("text"),
            ];
            AppContext.SetData("braid.hashes", string.Join(' ', hashes));
        });
        Assert.Equal(
            "-1108980162 -1108980162 708227119 708227119 708227119 -28573137 1720825595 546116605 974550452 -968918248 -1992997916 " +
            "-1108980162 -2131868546 -2005375610 -1108980162",
            AppContext.GetData("braid.hashes"));
    }

    [Fact]
    public void Equal_values_hash_alike() => Explored.Runs(() =>
    {
        Require(("a", new Name("b", 2)).GetHashCode() == Hash((string.Concat("", "a"), new Name("b", 2))));
        Require(HashCode.Combine("a", 1) == HashCode.Combine(string.Concat("", "a"), 1));
        Require(StringComparer.OrdinalIgnoreCase.GetHashCode("straße") == StringComparer.OrdinalIgnoreCase.GetHashCode("STRAßE"));
        Require(HashCode.Combine("a", "b") != HashCode.Combine("b", "a"));
    });

    [Fact]
    public void The_order_of_a_concurrent_dictionary_is_the_same_in_every_process()
    {
        AppContext.SetData("braid.order", null);
        Explored.Runs(() =>
        {
            var map = new ConcurrentDictionary<(string, Type), int>();
            foreach (string name in (string[])["one", "two", "three", "four", "five"])
            {
                map[(name, typeof(int))] = 1;
            }

            AppContext.SetData("braid.order", string.Join(' ', map.Keys.Select(key => key.Item1)));
        });
        Assert.Equal("three one five four two", AppContext.GetData("braid.order"));
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("This does not hold.");
        }
    }

    private static int Hash<T>(T value)
        where T : notnull => value.GetHashCode();

    private static void Nothing()
    {
    }

    private sealed record Name(string Text, int Number);
}
