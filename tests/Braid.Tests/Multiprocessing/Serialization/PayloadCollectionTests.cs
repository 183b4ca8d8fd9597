using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Globalization;
using Braid.Multiprocessing;
using static Braid.Tests.PayloadRoundTrip;

namespace Braid.Tests;

public sealed class PayloadCollectionTests : TimedTest
{
    public static TheoryData<string> Collections() => [.. s_collections.Keys];

    private static readonly Dictionary<string, object> s_collections = new object[]
    {
        new List<string> { "b", "a" }, new List<int>(), new System.Collections.Generic.Queue<int>([3, 1, 2]), new Stack<int>([3, 1, 2]), new LinkedList<string>(["x", "y"]), new ConcurrentQueue<int>([3, 1, 2]),
        new ConcurrentStack<int>([3, 1, 2]), new ConcurrentBag<int>([3, 1]), new Collection<int>([3, 1]), new Collection<int>(new[] { 3, 1 }), new ReadOnlyCollection<int>([3, 1]), new ObservableCollection<int>([3, 1]),
        new ReadOnlyObservableCollection<int>(new([3, 1])), new SortedSet<int>([3, 1]), new HashSet<int>([3, 1]), new ReadOnlySet<string>(new HashSet<string> { "a" }),
        new Dictionary<string, int> { ["b"] = 1, ["a"] = 2 }, new SortedDictionary<string, int> { ["b"] = 1, ["a"] = 2 }, new SortedList<int, string> { [2] = "b", [1] = "a" },
        new System.Collections.Generic.OrderedDictionary<string, int> { ["b"] = 1, ["a"] = 2 }, new ConcurrentDictionary<string, int>([new("b", 1), new("a", 2)]), new ReadOnlyDictionary<string, int>(new Dictionary<string, int> { ["a"] = 1 }),
        ImmutableList.Create(3, 1), ImmutableArray.Create("a", "b"), ImmutableQueue.Create(3, 1), ImmutableStack.Create(3, 1), ImmutableHashSet.Create("b", "a"), ImmutableSortedSet.Create("b", "a"),
        ImmutableDictionary<string, int>.Empty.Add("a", 1), ImmutableSortedDictionary<string, int>.Empty.Add("a", 1), ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "b"), ImmutableList<string>.Empty,
        new Dictionary<string, int> { ["a"] = 1 }.ToFrozenDictionary(), Enumerable.Range(0, 50).ToDictionary(static i => "key" + i).ToFrozenDictionary(), Enumerable.Range(0, 50).ToFrozenDictionary(static i => i, static i => "x" + i),
        new Dictionary<string, int> { ["a"] = 1, ["long enough"] = 2 }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase), FrozenDictionary<string, int>.Empty, new[] { 1 }.ToFrozenSet(), new[] { "a", "b", "cc" }.ToFrozenSet(), FrozenSet<int>.Empty,
        new[] { "a", "bb", "cc" }.ToLookup(static text => text.Length), Array.Empty<int>().ToLookup(static i => i), new[] { "a", "bb", "cc" }.GroupBy(static text => text.Length).Last(),
        new BitArray([true, false, true]), new BitArray(100, true), new Hashtable { ["a"] = 1, [2] = null }, new Hashtable(StringComparer.OrdinalIgnoreCase) { ["a"] = 1 }, new ArrayList { 1, "two", null },
        new System.Collections.Queue(new[] { 3, 1 }), new System.Collections.Stack(new[] { 3, 1 }), new SortedList { ["b"] = 1, ["a"] = 2 }, new NameValueCollection { { "a", "1" }, { "a", "2" }, { "b", null }, { null, "x" } },
        new StringCollection { "b", "a" }, new StringDictionary { ["a"] = "1" }, new ListDictionary { ["b"] = 1, ["a"] = 2 }, new HybridDictionary(true) { ["a"] = 1 }, new System.Collections.Specialized.OrderedDictionary { ["b"] = 1, ["a"] = 2 },
        new Words { "b", "a" }, new Log { 3, 1 }, new Scores { ["a"] = 1 }, new Tags("note") { "x" }, new Watched { 3, 1 }, new Shown([3, 1]),
    }.Select(static (collection, index) => (collection, index)).ToDictionary(static pair => $"{pair.index} {TypeText.Of(pair.collection.GetType())}", static pair => pair.collection);

    [Theory]
    [MemberData(nameof(Collections))]
    public void Collections_travel_with_type_and_order(string name)
    {
        object collection = s_collections[name];
        object back = Of(collection);
        Assert.Equal(TypeOf(collection), TypeOf(back));
        Assert.Equal(Elements(collection), Elements(back));
        Assert.Equal(Comparer(collection), Comparer(back));
    }

    /// <summary>What a collection of .NET is made for may be a type that only the program can name.</summary>
    [Fact]
    public void Collections_of_secret_types_travel_like_those_of_public_ones()
    {
        Secret[] secrets = [.. Enumerable.Range(0, 50).Select(static number => new Secret(number))];
        Kind[] kinds = [Kind.One, Kind.Two];
        object[] collections =
        [
            secrets[..3].ToFrozenSet(), secrets.ToFrozenSet(), secrets[..3].ToFrozenDictionary(static secret => secret), secrets.ToFrozenDictionary(static secret => secret),
            kinds.ToFrozenSet(), kinds.ToFrozenDictionary(static kind => kind), secrets.ToFrozenDictionary(static secret => $"{secret.Number}"), secrets.ToFrozenDictionary(static secret => secret.Number),
            ImmutableHashSet.Create(secrets), ImmutableList.Create(secrets), new ConcurrentBag<Secret>(secrets), new ReadOnlySet<Secret>(new HashSet<Secret>(secrets)), secrets.ToLookup(static secret => secret.Number % 2),
        ];
        foreach (object collection in collections)
        {
            object back = Of(collection);
            Assert.Equal(TypeOf(collection), TypeOf(back));
            Assert.Equal(((IEnumerable)collection).Cast<object>().Select(Text).Order(), ((IEnumerable)back).Cast<object>().Select(Text).Order());
        }

        Assert.Same(EqualityComparer<Secret>.Default, Of(EqualityComparer<Secret>.Default));
        Assert.DoesNotContain("lazy", Assert.Throws<PayloadException>(() => Of(new Dictionary<Secret, int>().Keys)).Message, StringComparison.Ordinal);

        static string Text(object item) => item is IGrouping<int, Secret> group ? $"{group.Key}: {string.Join(',', group)}" : $"{item}";
    }

    [Fact]
    public void An_empty_array_is_the_empty_array_of_its_type()
    {
        Assert.Same(Array.Empty<string>(), Of(Array.Empty<string>()));
        Assert.Same(Array.Empty<Secret>(), Of<object>(Array.Empty<Secret>()));
    }

    /// <summary>Of the many classes of frozen collections any may be right.</summary>
    private static Type TypeOf(object collection) => Origin.VisibleType(collection.GetType());

    private static object[] Elements(object collection) =>
        [.. (collection is NameValueCollection names ? names.AllKeys.Select(key => (object)(key, names[key])) : ((IEnumerable)collection).Cast<object>().Select(static item => item is IGrouping<int, string> group ? (group.Key, string.Join(',', group)) : item)).OrderBy(
            item => collection.GetType().FullName!.Contains("Frozen", StringComparison.Ordinal) || collection is StringDictionary or ImmutableHashSet<string> or ConcurrentDictionary<string, int> or Hashtable or HybridDictionary or ImmutableDictionary<string, int> ? item.ToString() : null)];

    private static object? Comparer(object collection) =>
        collection.GetType().GetProperties().FirstOrDefault(static property => property.Name is "Comparer" or "KeyComparer" && property.GetIndexParameters().Length == 0)?.GetValue(collection);

    [Fact]
    public void A_priority_queue_gives_its_elements_in_the_same_order()
    {
        var queue = new PriorityQueue<string, int>([("c", 3), ("a", 1), ("b", 1), ("d", 1)], new Downward(-1));
        PriorityQueue<string, int> back = Of(queue);
        Assert.Equal(queue.Comparer.GetType(), back.Comparer.GetType());
        while (queue.Count > 0)
        {
            Assert.Equal(queue.Dequeue(), back.Dequeue());
        }

        Assert.Equal(0, back.Count);
    }

    [Fact]
    public void Classes_of_the_program_that_are_collections_travel_whole()
    {
        Words words = Of(new Words { "b", "a" });
        Assert.Equal(2, words.Added);
        words.Add("c");
        Assert.Equal((3, 3), (words.Added, words.Count));
        Assert.Equal(5, Of(new Scores { ["A"] = 5 })["a"]);
        Assert.Throws<ArgumentException>(() => Of(new Tags("note") { "x" }).Add("X"));
        Tags tags = Of(new Tags("note") { "x", "y" });
        Assert.Equal(("note", "note y"), (tags.Note, tags["Y"]));
        tags.Remove("x");
        Assert.Equal(["note y"], tags);
    }

    [Fact]
    public void Views_of_a_collection_arrive_as_views_of_it()
    {
        List<int> inner = [1];
        (List<int> list, ReadOnlyCollection<int> view) = Of((inner, new ReadOnlyCollection<int>(inner)));
        list.Add(2);
        Assert.Equal([1, 2], view);
        var map = new Dictionary<string, int>();
        (Dictionary<string, int> dictionary, ReadOnlyDictionary<string, int> shown) = Of((map, new ReadOnlyDictionary<string, int>(map)));
        dictionary["a"] = 1;
        Assert.Equal(1, shown["a"]);
    }

    [Fact]
    public void A_collection_with_event_handlers_is_refused()
    {
        var collection = new ObservableCollection<int>();
        collection.CollectionChanged += static (_, _) => { };
        Assert.Contains("something in this process listens to its changes", Assert.Throws<PayloadException>(() => Of(collection)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lazy_value_travels_when_it_is_made_and_is_refused_before()
    {
        var lazy = new Lazy<string>(static () => "made");
        Assert.Contains("its value has not been made yet", Assert.Throws<PayloadException>(() => Of(lazy)).Message, StringComparison.Ordinal);
        Assert.Equal("made", lazy.Value);
        Assert.Equal((true, "made"), (Of(lazy).IsValueCreated, Of(lazy).Value));
    }

    [Fact]
    public void A_list_arrives_as_a_list_that_grows()
    {
        List<int> back = Of(new List<int> { 1, 2 });
        back.Add(3);
        Assert.Equal([1, 2, 3], back);
    }

    [Fact]
    public void Dictionaries_travel_with_their_comparer()
    {
        Dictionary<string, int[]> plain = Of(new Dictionary<string, int[]> { ["a"] = [1], ["b"] = [] });
        Assert.Equal([1], plain["a"]);
        Assert.False(plain.ContainsKey("A"));
        Assert.Equal(1, Of(new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["key"] = 1 })["KEY"]);
        Assert.Same(StringComparer.Ordinal, Of(new Dictionary<string, int>(StringComparer.Ordinal)).Comparer);
        Assert.Contains("KEY", Of(new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "key" }));
        Assert.Equal(1, Of(new ConcurrentDictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["key"] = 1 })["KEY"]);
        Assert.Equal(2, Of(new Dictionary<(int, string), object> { [(1, "x")] = 2 })[(1, "x")]);
        Assert.Equal(["b", "A"], Of(new SortedSet<string>(StringComparer.OrdinalIgnoreCase) { "b", "A" }).Reverse());
    }

    [Fact]
    public void Every_comparer_arrives_as_what_it_is()
    {
        Assert.All<StringComparer>([StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase, StringComparer.InvariantCulture, StringComparer.InvariantCultureIgnoreCase], static comparer =>
        {
            Assert.Same(comparer, Of(comparer));
            Assert.Same(comparer, Of(new Dictionary<string, int>(comparer)).Comparer);
            Assert.Same(comparer, Of(new SortedSet<string>(comparer)).Comparer);
        });
        StringComparer german = StringComparer.Create(CultureInfo.GetCultureInfo("de-DE"), ignoreCase: true);
        Assert.Equal(german, Of(german));
        Assert.Equal(1, Of(new Dictionary<string, int>(german) { ["STRASSE"] = 1 })["Strasse"]);
        Assert.Same(ReferenceEqualityComparer.Instance, Of(new HashSet<object>(ReferenceEqualityComparer.Instance)).Comparer);
        Assert.Same(EqualityComparer<string>.Default, Of<IEqualityComparer<string>>(EqualityComparer<string>.Default));
        Assert.Same(EqualityComparer<int?>.Default, Of<object>(EqualityComparer<int?>.Default));
        Assert.Same(EqualityComparer<DayOfWeek>.Default, Of<object>(EqualityComparer<DayOfWeek>.Default));
        Assert.Same(Comparer<Version>.Default, Of<object>(Comparer<Version>.Default));
        Assert.Same(StructuralComparisons.StructuralEqualityComparer, Of(StructuralComparisons.StructuralEqualityComparer));
        Assert.Same(System.Collections.Comparer.DefaultInvariant.GetType(), Of(System.Collections.Comparer.DefaultInvariant).GetType());
        SortedSet<int> downward = Of(new SortedSet<int>(new Downward(1)) { 1, 3, 2 });
        Assert.Equal([3, 2, 1], downward);
        Assert.Equal([4, 3, 2, 1], downward.Append(4).Order(downward.Comparer));
    }

    [Fact]
    public void A_comparer_made_of_a_function_is_refused_by_name()
    {
        PayloadException failure = Assert.Throws<PayloadException>(() => Of(new SortedSet<int>(Comparer<int>.Create((x, y) => y - x))));
        Assert.StartsWith("Its comparer (type ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("it is a comparer made of a function. Make it a class of the program", failure.Message, StringComparison.Ordinal);
        Assert.Throws<PayloadException>(() => Of(new HashSet<int>(EqualityComparer<int>.Create((x, y) => x == y, x => x))));
    }

    [Fact]
    public void One_array_mentioned_twice_arrives_as_one()
    {
        int[] shared = [1];
        int[][] back = Of<int[][]>([shared, shared, [1]]);
        Assert.Same(back[0], back[1]);
        Assert.NotSame(back[0], back[2]);
    }

    [Fact]
    public void Circles_of_collections_arrive_as_circles()
    {
        List<object> list = [];
        list.Add(list);
        var map = new Dictionary<string, object> { ["list"] = list };
        map["self"] = map;
        Dictionary<string, object> back = Of(map);
        Assert.True(ReferenceEquals(back, back["self"]), "The map is to hold itself.");      // Assert.Same would print a circle without end
        var backList = (List<object>)back["list"];
        Assert.True(backList.Count == 1 && ReferenceEquals(backList, backList[0]), "The list is to hold itself.");
    }

    [Fact]
    public void Many_objects_keep_their_identity()
    {
        object[] some = [.. Enumerable.Range(0, 100).Select(i => new int[] { i })];
        object[] back = Of<object[]>([.. some, .. some]);
        Assert.All(Enumerable.Range(0, 100), i =>
        {
            Assert.Same(back[i], back[100 + i]);
            Assert.Equal([i], (int[])back[i]);
        });
    }

    [Fact]
    public void A_circle_through_what_is_made_whole_is_refused_by_the_reader()
    {
        List<object> inner = [];
        var outer = new ReadOnlyCollection<object>(inner);
        inner.Add(outer);
        PayloadException failure = Assert.Throws<PayloadException>(() => Of(outer));
        Assert.Contains("such a circle cannot be rebuilt", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Circles_of_old_collections_and_of_the_programs_own_arrive_as_circles()
    {
        var table = new Hashtable();
        table["self"] = table;
        Hashtable backTable = Of(table);
        Assert.True(ReferenceEquals(backTable, backTable["self"]), "The table is to hold itself.");
        var queue = new System.Collections.Generic.Queue<object>();
        queue.Enqueue(queue);
        System.Collections.Generic.Queue<object> backQueue = Of(queue);
        Assert.True(ReferenceEquals(backQueue, backQueue.Peek()), "The queue is to hold itself.");
        var family = new Family();
        family.Add(family);
        Family backFamily = Of(family);
        Assert.True(ReferenceEquals(backFamily, backFamily[0]), "The family is to hold itself.");
    }

    private sealed class Downward(int sign) : IComparer<int>
    {
        public int Compare(int x, int y) => sign * (y - x);
    }

    private sealed class Words : Collection<string>
    {
        public int Added { get; private set; }

        protected override void InsertItem(int index, string item)
        {
            Added++;
            base.InsertItem(index, item);
        }
    }

    private sealed class Log : List<int>;

    private sealed class Family : List<object>;

    private sealed class Scores() : Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);

    private sealed class Watched : ObservableCollection<int>;

    private sealed class Shown(IList<int> list) : ReadOnlyCollection<int>(list);

    /// <summary>Its keys are made of a field of its own.</summary>
    private sealed class Tags(string note) : KeyedCollection<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        public string Note => note;

        protected override void InsertItem(int index, string item) => base.InsertItem(index, $"{note} {item}");

        protected override string GetKeyForItem(string item) => item[(note.Length + 1)..];
    }

    private sealed record Secret(int Number);

    private enum Kind
    {
        One,
        Two,
    }
}
