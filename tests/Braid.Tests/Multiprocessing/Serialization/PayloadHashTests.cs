using System.Runtime.Serialization;
using Braid.Multiprocessing;
using static Braid.Tests.PayloadRoundTrip;

namespace Braid.Tests;

/// <summary>Hash codes of text differ in each process: types that keep them are made anew, or refused.</summary>
public sealed class PayloadHashTests : TimedTest
{
    [Fact]
    public void A_type_that_stores_a_hash_code_when_it_is_made_is_refused_by_the_name_of_the_field()
    {
        AssertRefused("field '_hash' of Braid.Tests.PayloadHashTests.Key", new Key("a"));
        AssertRefused("property 'Hash' of Braid.Tests.PayloadHashTests.Mixed", new Mixed("a", 1));
        AssertRefused("field '_sum' of Braid.Tests.PayloadHashTests.Summed", new Summed(["a", "b"]));
        AssertRefused("field 'Hash' of Braid.Tests.PayloadHashTests.HashedValue", new HashedValue("a"));
        AssertRefused("field '_hash' of Braid.Tests.PayloadHashTests.Key", new Derived("a"));
        AssertRefused("field '_hash' of Braid.Tests.PayloadHashTests.Key", new Dictionary<object, int> { [new Key("a")] = 1 });
    }

    [Fact]
    public void A_hash_code_that_is_cached_when_asked_for_is_made_anew()
    {
        var cached = new Cached("a");
        Assert.True(cached.GetHashCode() != 0 && cached.IsFilled);
        Cached back = Of(cached);
        Assert.False(back.IsFilled);
        Assert.Equal(cached.GetHashCode(), back.GetHashCode());
    }

    [Fact]
    public void A_table_that_places_its_elements_by_hash_codes_is_refused_unless_they_are_the_same_everywhere()
    {
        var failure = Assert.Throws<PayloadException>(() => Bytes(new Table<string>("a")));
        Assert.Contains("Table<System.String> places its elements by their hash codes", failure.Message, StringComparison.Ordinal);
        Assert.True(Of(new Table<int>(5)).Contains(5));
        Assert.Contains("places its elements by their hash codes", Assert.Throws<PayloadException>(() => Bytes(new Compared<Folded, string>("a"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_that_hash_without_keeping_it_or_have_a_say_travel()
    {
        Assert.Equal(new Plain("a", 1), Of(new Plain("a", 1)));
        Assert.Equal(5, Of(new Id(5)).Value);
        Assert.Equal("a".GetHashCode(), Of(new Rehashed("a")).Hash);
        Assert.Equal(7, Of(new Counted("a")).Count);
    }

    [Fact]
    public void Keys_with_cached_hash_codes_are_found_in_another_process()
    {
        var key = new Cached("a");
        var map = new Dictionary<Cached, int> { [key] = 1 };
        Assert.True(Process.Run(() => map.ContainsKey(new Cached("a"))));
    }

    private static void AssertRefused(string field, object value)
    {
        PayloadException failure = Assert.Throws<PayloadException>(() => Bytes(value));
        Assert.Contains($"its {field} keeps a hash code", failure.Message, StringComparison.Ordinal);
    }

    private class Key(string name)
    {
        private readonly int _hash = name.GetHashCode();

        public override int GetHashCode() => _hash;

        public override bool Equals(object? obj) => obj is Key;
    }

    private sealed class Derived(string name) : Key(name);

    private sealed class Mixed(string name, int number)
    {
        public int Hash { get; } = HashCode.Combine(name, number) & 0xFFFF;
    }

    private sealed class Summed
    {
        private readonly int _sum;

        public Summed(string[] names)
        {
            int sum = 17;
            foreach (string name in names)
            {
                sum = (sum * 31) + name.GetHashCode(StringComparison.Ordinal);
            }

            _sum = sum;
        }

        public int Sum => _sum;
    }

    private readonly struct HashedValue(string name)
    {
        public readonly int Hash = name.GetHashCode();
    }

    private sealed class Cached(string name)
    {
        private int _hash;
        private bool _isHashed;

        public bool IsFilled => _isHashed || _hash != 0;

        public override int GetHashCode()
        {
            if (!_isHashed)
            {
                _hash = name.GetHashCode();
                _isHashed = true;
            }

            return _hash;
        }

        public override bool Equals(object? obj) => obj is Cached other && other.GetHashCode() == GetHashCode();
    }

    private sealed class Table<T>
    {
        private readonly T?[] _places = new T?[16];

        public Table(T item) => _places[Place(item)] = item;

        public bool Contains(T item) => EqualityComparer<T>.Default.Equals(_places[Place(item)], item);

        private static int Place(T item) => item!.GetHashCode() & 15;
    }

    private interface IHashing<T>
    {
        int GetHashCode(T item);
    }

    private readonly struct Folded : IHashing<string>
    {
        public int GetHashCode(string item) => item.GetHashCode(StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>As packages of functional programming do it: the comparer is a type argument.</summary>
    private sealed class Compared<THashing, T>
        where THashing : struct, IHashing<T>
    {
        private readonly object?[] _places = new object?[16];

        public Compared(T item) => _places[default(THashing).GetHashCode(item) & 15] = item;

        public int Count => _places.Length;
    }

    private sealed record Plain(string Name, int Number);

    private sealed class Id(int value)
    {
        public int Value => value;

        public override int GetHashCode() => value.GetHashCode();

        public override bool Equals(object? obj) => obj is Id;
    }

    private sealed class Rehashed(string name)
    {
        [NonSerialized]
        private int _hash = name.GetHashCode();

        public int Hash => _hash;

        [OnDeserialized]
        private void Arrived(StreamingContext context) => _hash = name.GetHashCode();
    }

    private sealed class Counted(string name)
    {
        private int _count = 7;

        public int Count => _count;

        public int Shard() => name.GetHashCode() % 4;

        public void Reset() => _count = 0;
    }
}
