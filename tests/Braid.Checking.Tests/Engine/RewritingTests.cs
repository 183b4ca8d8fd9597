using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Runtime.CompilerServices;
using Braid.Checking.Tests.Hooks;

namespace Braid.Checking.Tests.Engine;

/// <summary>All forms of the code that the compiler makes of a program are covered.</summary>
public sealed class RewritingTests
{
    private static int s_static;

    [Fact]
    public void An_assembly_that_returns_rewritten_collections_is_rewritten_as_well() => Explored.Runs(static () =>
    {
        var builder = new BlobBuilder();
        builder.WriteByte(7);
        ImmutableArray<byte> written = builder.ToImmutableArray();
        if (written[0] != 7)
        {
            throw new InvalidOperationException($"{written[0]}");
        }
    });

    [Fact]
    public void A_synchronized_method_excludes_others() => Passes(() =>
    {
        var counter = new Counter();
        TwoThreads(() => counter.Add());
        Require(counter.Value == 2);
    });

    [Fact]
    public void A_static_synchronized_method_excludes_others() => Passes(() =>
    {
        TwoThreads(AddStatic);
        Require(s_static == 2);
    });

    [Fact]
    public void A_delegate_made_from_a_member_is_the_member_under_control() => Passes(() =>
    {
        var gate = new Lock();
        int value = 0;
        Action enter = gate.Enter;
        Action leave = gate.Exit;
        TwoThreads(() =>
        {
            enter();
            value++;
            leave();
        });
        Require(value == 2);
    });

    [Fact]
    public void A_delegate_made_from_a_member_in_generic_code_is_the_member_under_control() => Passes(() =>
    {
        var sender = new Sender<string>();
        TwoThreads(() => sender.Into<int>()(("one", 1)));
        Require(sender.Count == 2);
    });

    [Fact]
    public void An_update_of_an_array_element_can_be_lost() => Assert.Equal(Verdict.LostUpdate, Check.Explore(() =>
    {
        int[] counts = new int[1];
        TwoThreads(() => counts[0]++);
    }).Verdict);

    [Fact]
    public void An_update_through_a_reference_can_be_lost() => Assert.Equal(Verdict.LostUpdate, Check.Explore(() =>
    {
        int[] counts = new int[1];
        TwoThreads(() => Bump(ref counts[0]));
    }).Verdict);

    [Fact]
    public void An_update_of_a_field_of_a_struct_in_a_field_can_be_lost() => Assert.Equal(Verdict.LostUpdate, Check.Explore(() =>
    {
        var holder = new Holder();
        TwoThreads(() => holder.Pair.Second++);
    }).Verdict);

    [Fact]
    public void An_update_of_a_static_can_be_lost() =>
        Assert.Equal(Verdict.LostUpdate, Check.Explore(() => TwoThreads(() => s_static++)).Verdict);

    [Fact]
    public void An_interlocked_update_is_not_lost() => Passes(() =>
    {
        int value = 0;
        TwoThreads(() => Interlocked.Increment(ref value));
        Require(value == 2);
    });

    [Fact]
    public void A_field_of_a_generic_type_is_seen() => Assert.Equal(Verdict.LostUpdate, Check.Explore(() =>
    {
        var box = new Box<long>();
        TwoThreads(() => box.Value++);
    }).Verdict);

    [Fact]
    public void A_value_read_in_an_earlier_call_is_not_the_one_written_back() => Passes(() =>
    {
        var counter = new Steps();
        counter.Advance(reread: true);
        var other = new Thread(() => counter.Set(5));
        other.Start();
        other.Join();
        counter.Advance(reread: false);
    });

    [Fact]
    public void Publishing_a_reference_is_a_note_and_a_fault_only_when_strict()
    {
        CheckReport report = Check.Explore(Publish);
        Assert.Equal(Verdict.Passed, report.Verdict);
        Assert.Contains(report.Notes, note => note.Contains("reference", StringComparison.Ordinal));
        Assert.Equal(Verdict.DataRace, Check.Explore(Publish, new CheckOptions { Races = RaceMode.Strict }).Verdict);
    }

    private static void Publish()
    {
        string? published = null;
        var other = new Thread(() => published = "here");
        other.Start();
        Require(published is null or "here");
        other.Join();
    }

    [MethodImpl(MethodImplOptions.Synchronized)]
    private static void AddStatic() => s_static++;

    private static void Bump(ref int value) => value++;

    private static void Passes(Action body)
    {
        CheckReport report = Check.Explore(body);
        Assert.True(report.Verdict == Verdict.Passed && report.Exhaustive, report.ToString());
    }

    private static void TwoThreads(Action work)
    {
        var other = new Thread(() => work());
        other.Start();
        work();
        other.Join();
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("This does not hold.");
        }
    }

    private sealed class Sender<T>
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<(T, object)> _queue = new();

        public int Count => _queue.Count;

        public Action<(T Key, TItem Item)> Into<TItem>()
        {
            var items = new System.Collections.Concurrent.ConcurrentQueue<KeyValuePair<T, TItem>>();
            Action<KeyValuePair<T, TItem>> into = items.Enqueue;
            Action<(T, object)> keep = _queue.Enqueue;
            return item =>
            {
                into(KeyValuePair.Create(item.Key, item.Item));
                keep((item.Key, items.Count));
            };
        }
    }

    private sealed class Counter
    {
        public int Value { get; private set; }

        [MethodImpl(MethodImplOptions.Synchronized)]
        public void Add() => Value++;
    }

    private struct Pair
    {
        public int First;
        public int Second;
    }

    private sealed class Holder
    {
        public Pair Pair = new() { First = 1 };
    }

    private sealed class Steps
    {
        private int _value;
        private int _other;

        public void Set(int value) => _value = value;

        /// <summary>The value may be computed from the same field; in the second call it is not.</summary>
        public void Advance(bool reread)
        {
            int value = reread ? _value : _other;
            _other = value;
            _value = value + 1;
        }
    }

    private sealed class Box<T>
    {
        public T? Value;
    }
}
