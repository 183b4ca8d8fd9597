using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using Braid.Multiprocessing;
using static Braid.Tests.PayloadRoundTrip;

namespace Braid.Tests;

public sealed class PayloadCollectionTests : TimedTest
{
    public static TheoryData<object> Sequences() =>
    [
        new List<string> { "b", "a" }, new List<int>(), new System.Collections.Generic.Queue<int>([3, 1, 2]), new Stack<int>([3, 1, 2]), new LinkedList<string>(["x", "y"]), new ConcurrentQueue<int>([3, 1, 2]),
        new ConcurrentStack<int>([3, 1, 2]), new Collection<int>([3, 1]), new ReadOnlyCollection<int>([3, 1]), new ObservableCollection<int>([3, 1]),
        ImmutableList.Create(3, 1), ImmutableArray.Create("a", "b"), ImmutableQueue.Create(3, 1), ImmutableStack.Create(3, 1), new SortedSet<int>([3, 1]),
        new HashSet<int>([3, 1]), new ConcurrentBag<int>([3, 1]), new SortedDictionary<string, int> { ["b"] = 1, ["a"] = 2 }, new SortedList<int, string> { [2] = "b", [1] = "a" },
    ];

    [Theory]
    [MemberData(nameof(Sequences))]
    public void Collections_travel_with_type_and_order(object collection)
    {
        object back = Of(collection);
        Assert.IsType(collection.GetType(), back);
        Assert.Equal(((System.Collections.IEnumerable)collection).Cast<object>(), ((System.Collections.IEnumerable)back).Cast<object>());
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
    public void A_comparer_of_other_making_is_refused()
    {
        PayloadException failure = Assert.Throws<PayloadException>(() => Of(new Dictionary<string, int>(StringComparer.CurrentCulture)));
        Assert.Contains("CultureAwareComparer, which may judge otherwise over there. Use the default comparer", failure.Message, StringComparison.Ordinal);
        Assert.Throws<PayloadException>(() => Of(new HashSet<object>(ReferenceEqualityComparer.Instance)));
        Assert.Throws<PayloadException>(() => Of(new SortedSet<int>(Comparer<int>.Create((x, y) => y - x))));
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
}
