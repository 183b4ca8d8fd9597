using System.Reflection;
using System.Runtime.Serialization;
using Braid.Multiprocessing;
using Microsoft.FSharp.Collections;
using static Braid.Tests.PayloadRoundTrip;

namespace Braid.Tests;

/// <summary>Types that take part in being copied: by the methods they mark, by ISerializable, by a form.</summary>
public sealed class PayloadCallbackTests : TimedTest
{
    [Fact]
    public void Maps_and_sets_of_FSharp_arrive_whole()
    {
        FSharpMap<string, int> map = Of(new FSharpMap<string, int>([Tuple.Create("b", 2), Tuple.Create("a", 1)]));
        Assert.Equal([("a", 1), ("b", 2)], map.Select(static pair => (pair.Key, pair.Value)));
        Assert.Equal(3, map.Add("c", 3).Count);
        Assert.Equal(["a", "b"], Of(new FSharpSet<string>(["b", "a"])));
        Assert.Equal([1, 2], Of(ListModule.OfSeq(new[] { 1, 2 })));
        Assert.Equal(5, Of(Microsoft.FSharp.Core.FSharpOption<int>.Some(5)).Value);
    }

    [Fact]
    public void Methods_marked_for_serialization_run_around_the_fields()
    {
        var table = new Table();
        Table back = Of(table);
        Assert.Equal(["serializing", "serialized"], table.Calls);
        Assert.Equal(["deserializing", "deserialized with 1"], back.Calls);
        Assert.Equal(["deserializing", "deserialized with 7"], Of(new Value { Text = "x", Number = 7 }).Calls);
    }

    [Fact]
    public void An_object_that_says_itself_what_travels_is_made_by_its_constructor()
    {
        var bag = new Bag(["a", "b"]);
        Bag back = Of(bag);
        Assert.Equal(["a", "b"], back.Items);
        Assert.True(back.IsHashedHere);
        Bag[] both = Of<Bag[]>([bag, bag]);
        Assert.Same(both[0], both[1]);
        Assert.Equal(["x"], Of(new Derived()).Keys);
        Assert.Equal("refused", Assert.Throws<PayloadException>(() => Bytes(new Bag([new StringReader("")]))).Message.Contains("StringReader", StringComparison.Ordinal) ? "refused" : "");
    }

    [Fact]
    public void An_object_that_stands_for_another_is_replaced_by_it()
    {
        Type reference = typeof(PayloadCallbackTests).GetNestedType("Reference", BindingFlags.NonPublic)!;      // by name, for .NET calls its interface obsolete
        Assert.Equal("the real one", Of(Activator.CreateInstance(reference)));
    }

    [Fact]
    public void A_type_may_travel_as_its_form()
    {
        Assert.Equal([3, 1], Of(new Ring<int>([3, 1])).Items);
        Assert.Equal(["a"], Of<object>(new Ring<string>(["a"])) is Ring<string> ring ? ring.Items : []);
        Assert.Equal(5, Of(new Meters(5)).Value);
        Assert.IsType<Cat>(Of<Animal>(new Cat("Tom")));
        PayloadException failure = Assert.Throws<PayloadException>(() => Of<Animal>(new Lion("Leo")));
        Assert.Contains("made a Braid.Tests.PayloadCallbackTests.Cat of what was sent as a Braid.Tests.PayloadCallbackTests.Lion", failure.Message, StringComparison.Ordinal);
        Assert.Equal("by its interface", Assert.IsType<Plug>(Of<object>(new Plug())).Name);
    }

    [Fact]
    public void Only_a_definition_of_a_form_is_accepted_and_only_one_for_a_type()
    {
        Assert.Throws<ArgumentException>(() => Payloads.Register(typeof(List<int>)));
        Assert.Throws<ArgumentException>(() => Payloads.Register(typeof(RingForm<int>)));
        Assert.Throws<ArgumentException>(() => Payloads.Register(typeof(Swapped<,>)));
        Assert.Throws<InvalidOperationException>(() => Payloads.Register(typeof(RingForm<>)));
        Of(new LateRing<int>());
        Assert.Throws<InvalidOperationException>(() => Payloads.Register(typeof(LateForm<>)));
    }

    [System.Runtime.CompilerServices.ModuleInitializer]
    internal static void Register()
    {
        Payloads.Register(typeof(RingForm<>));
        Payloads.Register<Meters, int>(static meters => meters.Value, static value => new Meters(value));
        Payloads.Register<Animal, string>(static animal => animal.Name, static name => new Cat(name));
        Payloads.Register<IPlug, string>(static plug => "by its interface", static name => new Plug { Name = name });
    }

    internal sealed class Ring<T>(T[] items)
    {
        public T[] Items => items;
    }

    internal sealed class RingForm<T> : IPayloadForm<Ring<T>, T[]>
    {
        public T[] Pack(Ring<T> value) => value.Items;

        public Ring<T> Unpack(T[] form) => new(form);
    }

    internal sealed class LateRing<T>
    {
        public T? Item { get; set; }
    }

    internal sealed class LateForm<T> : IPayloadForm<LateRing<T>, int>
    {
        public int Pack(LateRing<T> value) => 0;

        public LateRing<T> Unpack(int form) => new();
    }

    internal sealed class Swapped<TKey, TValue> : IPayloadForm<KeyValuePair<TValue, TKey>, int>
    {
        public int Pack(KeyValuePair<TValue, TKey> value) => 0;

        public KeyValuePair<TValue, TKey> Unpack(int form) => default;
    }

    internal readonly struct Meters(int value)
    {
        public int Value => value;
    }

    internal abstract class Animal(string name)
    {
        public string Name => name;
    }

    internal class Cat(string name) : Animal(name);

    internal sealed class Lion(string name) : Cat(name);

    internal interface IPlug;

    internal sealed class Plug : IPlug
    {
        public string Name { get; set; } = "";
    }

    private sealed class Table
    {
        private int _count;

        [field: NonSerialized]
        public List<string> Calls { get; private set; } = [];

        [OnSerializing]
        private void Serializing(StreamingContext context) => Calls.Add("serializing");

        [OnSerialized]
        private void Serialized(StreamingContext context) => Calls.Add("serialized");

        [OnDeserializing]
        private void Deserializing(StreamingContext context)
        {
            Calls = ["deserializing"];
            _count++;
        }

        [OnDeserialized]
        private void Deserialized(StreamingContext context) => Calls.Add($"deserialized with {_count + 1}");
    }

    private struct Value
    {
        public string Text;
        public int Number;

        [NonSerialized]
        public List<string> Calls;

        [OnDeserializing]
        private void Deserializing(StreamingContext context) => Calls = ["deserializing"];

        [OnDeserialized]
        private readonly void Deserialized(StreamingContext context) => Calls.Add($"deserialized with {Number}");
    }

    private sealed class Bag : ISerializable
    {
        private readonly object[] _items;

        public Bag(object[] items) => _items = items;

        private Bag(SerializationInfo info, StreamingContext context)
        {
            _items = (object[])info.GetValue("items", typeof(object[]))!;
            IsHashedHere = info.GetInt32("count") == _items.Length;
        }

        public IEnumerable<object> Items => _items;

        public bool IsHashedHere { get; }

        public void GetObjectData(SerializationInfo info, StreamingContext context)
        {
            info.AddValue("items", _items);
            info.AddValue("count", _items.Length);
        }
    }

    /// <summary>A dictionary in the old style, with the constructor that .NET's own has for it.</summary>
    private sealed class Derived : Dictionary<string, int>
    {
        public Derived() => Add("x", 1);
    }

    [Obsolete("As is what it implements.")]
    private sealed class Reference : IObjectReference
    {
        public object GetRealObject(StreamingContext context) => "the real one";
    }
}
