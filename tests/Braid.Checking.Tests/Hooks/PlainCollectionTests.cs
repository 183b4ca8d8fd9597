using System.Text;

namespace Braid.Checking.Tests.Hooks;

public class PlainCollectionTests
{
    [Fact]
    public void Two_threads_that_add_to_a_list_race() => Explored.Fails(Verdict.DataRace, () =>
    {
        var list = new List<int>();
        var other = new Thread(() => list.Add(1));
        other.Start();
        list.Add(2);
        other.Join();
    });

    [Fact]
    public void Two_threads_that_read_a_list_do_not_race() => Explored.Holds(() =>
    {
        var list = new List<int> { 1, 2 };
        int sum = 0;
        void Read()
        {
            foreach (int item in list)
            {
                Interlocked.Add(ref sum, item + (list.Contains(2) ? 0 : list[0]));
            }
        }

        var other = new Thread(Read);
        other.Start();
        Read();
        other.Join();
        Assert.Equal(6, sum);
    });

    [Fact]
    public void A_count_kept_in_a_dictionary_loses_an_update() => Explored.Fails(Verdict.LostUpdate, () =>
    {
        var counts = new Dictionary<string, int> { ["key"] = 0 };
        var other = new Thread(() => counts["key"]++);
        other.Start();
        counts["key"]++;
        other.Join();
        Assert.Equal(2, counts["key"]);
    });

    [Fact]
    public void With_a_lock_nothing_is_lost_or_races() => Explored.Holds(() =>
    {
        var counts = new Dictionary<string, int> { ["key"] = 0 };
        var seen = new HashSet<int>();
        var waiting = new Queue<int>();
        void Count(int by)
        {
            lock (counts)
            {
                counts["key"]++;
                if (seen.Add(by) && counts.TryGetValue("key", out int now))
                {
                    waiting.Enqueue(now);
                }
            }
        }

        var other = new Thread(() => Count(1));
        other.Start();
        Count(2);
        other.Join();
        Assert.Equal([1, 2], waiting);
        Assert.Equal(2, seen.Count);
    });

    [Fact]
    public void A_loop_over_a_list_that_is_changed_meanwhile_fails() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        var list = new List<int> { 1, 2, 3 };
        var other = new Thread(() => list.Add(4));
        other.Start();
        int sum = 0;
        foreach (int item in list)
        {
            sum += item;
        }

        other.Join();
        Assert.True(sum > 0);
    });

    [Fact]
    public void A_call_through_an_interface_counts_too() => Explored.Fails(Verdict.DataRace, () =>
    {
        IList<int> list = new List<int>();
        int[] none = [];
        IList<int> array = none;
        var other = new Thread(() => list.Add(1));
        other.Start();
        _ = list.Count + array.Count;
        other.Join();
    });

    [Fact]
    public void A_text_that_two_threads_build_races() => Explored.Fails(Verdict.DataRace, () =>
    {
        var text = new StringBuilder();
        var other = new Thread(() => text.Append("a").Append(1));
        other.Start();
        text.Append($"{1} {"b"}");
        other.Join();
    });

    [Fact]
    public void Check_then_act_on_a_queue_is_found() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        var queue = new Queue<int>([1]);
        int taken = 0;
        void Take()
        {
            if (queue.Count > 0)
            {
                queue.Dequeue();
                Interlocked.Increment(ref taken);
            }
        }

        Exception? thrown = null;
        var other = new Thread(() =>
        {
            try
            {
                Take();
            }
            catch (InvalidOperationException e)
            {
                thrown = e;
            }
        });
        other.Start();
        Take();
        other.Join();
        Assert.Null(thrown);
    });
}
