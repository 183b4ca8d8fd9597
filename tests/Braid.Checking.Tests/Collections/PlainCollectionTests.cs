using System.Collections;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Braid.Checking.Tests.Hooks;

namespace Braid.Checking.Tests.Collections;

/// <summary>Collections of .NET that are not thread-safe, in whatever assembly they are; and their synchronized forms, which are.</summary>
public sealed class PlainCollectionTests
{
    /// <summary>The channel counts its priority queue, which is not made for threads, without its lock.</summary>
    [Fact]
    public void What_a_class_made_for_threads_does_to_its_own_collection_is_not_the_programs()
    {
        CheckReport report = Check.Explore(
            () =>
            {
                Channel<int> channel = Channel.CreateUnboundedPrioritized<int>();
                var other = new Thread(() => channel.Writer.TryWrite(1));
                other.Start();
                _ = channel.Reader.Count;
                other.Join();
            },
            new CheckOptions { Schedules = 300, Time = Timeout.InfiniteTimeSpan });
        Assert.True(report is { Verdict: Verdict.Passed, Notes: [] }, report.ToString());
    }

    [Fact]
    public void A_bit_array_races() => Races(static () =>
    {
        var bits = new BitArray(8);
        Beside(() => bits[1] = true, () => bits.Set(2, true));
    });

    [Fact]
    public void Two_writers_of_a_hashtable_race() => Races(static () =>
    {
        var table = new Hashtable();
        Beside(() => table[1] = 1, () => table.Add(2, 2));
    });

    [Fact]
    public void A_hashtable_may_be_read_while_it_is_written() => Explored.Holds(static () =>
    {
        var table = new Hashtable();
        IDictionary view = table;
        Beside(() => table[1] = 1, () => _ = table.ContainsKey(1) && view.Contains(2));
    });

    [Fact]
    public void An_old_stack_races() => Races(static () =>
    {
        var stack = new Stack();
        Beside(() => stack.Push(1), () => stack.Push(2));
    });

    [Fact]
    public void An_old_queue_races() => Races(static () =>
    {
        var queue = new Queue();
        Beside(() => queue.Enqueue(1), () => queue.Enqueue(2));
    });

    [Fact]
    public void An_old_sorted_list_races() => Races(static () =>
    {
        var list = new SortedList();
        Beside(() => list[1] = 1, () => _ = list.Count);
    });

    [Fact]
    public void A_collection_of_names_races() => Races(static () =>
    {
        var names = new NameValueCollection();
        Beside(() => names.Add("a", "b"), () => names.Add("c", "d"));
    });

    [Fact]
    public void A_list_dictionary_races() => Races(static () =>
    {
        var list = new ListDictionary();
        Beside(() => list[1] = 1, () => list[2] = 2);
    });

    [Fact]
    public void A_hybrid_dictionary_races() => Races(static () =>
    {
        var list = new HybridDictionary();
        Beside(() => list[1] = 1, () => list[2] = 2);
    });

    [Fact]
    public void An_observable_collection_races() => Races(static () =>
    {
        var items = new ObservableCollection<int>();
        Beside(() => items.Add(1), () => items.Add(2));
    });

    [Fact]
    public void A_query_of_a_list_sees_it_change() => Explored.Fails(Verdict.AssertionFailed, static () =>
    {
        List<int> list = [1, 2];
        Beside(() => list[0] = 3, () => _ = list.Where(static x => x > 1).Sum());
    });

    [Fact]
    public void A_query_of_an_array_races() => Races(static () =>
    {
        int[] array = [1, 2];
        Beside(() => array[0] = 3, () => _ = array.Where(static x => x > 1).Count());
    });

    [Fact]
    public void A_span_of_a_list_races() => Races(static () =>
    {
        List<int> list = [1, 2];
        Beside(() => list[0] = 3, () => _ = CollectionsMarshal.AsSpan(list).Length);
    });

    [Fact]
    public void Queries_of_one_list_do_not_race() => Explored.Holds(static () =>
    {
        List<int> list = [1, 2];
        Beside(() => _ = list.Select(static x => x + 1).ToArray(), () => _ = list.OrderBy(static x => x).First());
    });

    [Fact]
    public void Synchronized_forms_do_not_race() => Explored.Holds(static () =>
    {
        var list = ArrayList.Synchronized([]);
        var table = Hashtable.Synchronized([]);
        Beside(() => list.Add(table[1]), () => table[1] = list.Count);
    });

    [Fact]
    public void Synchronized_forms_of_stacks_and_queues_do_not_race() => Explored.Holds(static () =>
    {
        var stack = Stack.Synchronized(new Stack());
        var queue = Queue.Synchronized(new Queue());
        Beside(() => stack.Push(queue.Count), () => queue.Enqueue(stack.Count));
    });

    [Fact]
    public void An_old_list_without_a_lock_races() => Races(static () =>
    {
        var list = new ArrayList();
        Beside(() => list.Add(1), () => list.Add(2));
    });

    private static void Beside(Action one, Action two)
    {
        var other = new Thread(() => one());
        other.Start();
        two();
        other.Join();
    }

    /// <summary>Which fault comes first depends on the collection.</summary>
    private static void Races(Action body)
    {
        CheckReport report = Check.Explore(body);
        Assert.True(report.Verdict is Verdict.DataRace or Verdict.LostUpdate, report.ToString());
    }
}
