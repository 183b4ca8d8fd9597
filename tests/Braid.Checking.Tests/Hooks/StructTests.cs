using System.Runtime.CompilerServices;

namespace Braid.Checking.Tests.Hooks;

/// <summary>An access to a whole struct accesses each of its parts; an access to one part accesses no other.</summary>
public sealed class StructTests
{
    private struct Inner
    {
        public byte Small;
        public long Large;
    }

    private struct Outer
    {
        public int First;
        public Inner Inner;
    }

    [InlineArray(4)]
    private struct Four
    {
        private int _first;
    }

    private unsafe struct Buffer
    {
        public fixed short Items[4];
    }

    private sealed class Holder<T>
    {
        public T Value = default!;
        public readonly T[] Items = new T[2];
    }

    [Fact]
    public void A_part_is_read_while_the_whole_is_written() => Races(static () =>
    {
        var holder = new Holder<Outer>();
        Beside(() => Use(holder.Value.Inner.Large), () => holder.Value = default(Outer) with { First = 3 });
    });

    [Fact]
    public void The_whole_is_read_while_a_part_is_written() => Races(static () =>
    {
        var holder = new Holder<Outer>();
        Beside(() => holder.Value.Inner.Small = 2, () => Use(holder.Value));
    });

    [Fact]
    public void A_struct_within_is_written_while_a_part_of_it_is_read() => Races(static () =>
    {
        var holder = new Holder<Outer>();
        Beside(() => Use(holder.Value.Inner.Large), () => holder.Value.Inner = new Inner { Small = 1 });
    });

    [Fact]
    public void A_part_of_an_element_is_read_while_the_element_is_written() => Races(static () =>
    {
        var holder = new Holder<Outer>();
        Beside(() => Use(holder.Items[1].Inner.Small), () => holder.Items[1] = new Outer { First = 1 });
    });

    [Fact]
    public void A_struct_is_set_to_its_default_while_a_part_is_read() => Races(static () =>
    {
        var holder = new Holder<Outer>();
        Beside(() => Use(holder.Value.Inner.Small), () => holder.Value = default);
    });

    [Fact]
    public void An_item_of_a_tuple_is_read_while_the_tuple_is_written() => Races(static () =>
    {
        var holder = new Holder<(int, long)>();
        Beside(() => Use(holder.Value.Item2), () => holder.Value = (1, 2));
    });

    [Fact]
    public void An_element_of_an_inline_array_is_read_while_the_array_is_written() => Races(static () =>
    {
        var holder = new Holder<Four>();
        Beside(() => Use(holder.Value[3]), () => holder.Value = default);
    });

    [Fact]
    public unsafe void An_element_of_a_fixed_buffer_is_read_while_the_buffer_is_written() => Races(static () =>
    {
        var holder = new Holder<Buffer>();
        Beside(() => Use(holder.Value.Items[3]), () => holder.Value = default);
    });

    [Fact]
    public void A_nullable_is_read_while_it_is_written() => Races(static () =>
    {
        var holder = new Holder<long?>();
        Beside(() => Use(holder.Value.HasValue), () => holder.Value = 3);
    });

    [Fact]
    public void A_nullable_is_taken_while_it_is_written() => Races(static () =>
    {
        var holder = new Holder<long?>();
        Beside(() => Use(holder.Value.GetValueOrDefault()), () => holder.Value = 3);
    });

    [Fact]
    public void A_date_is_read_while_it_is_written() => Races(static () =>
    {
        var holder = new Holder<DateTime>();
        Beside(() => Use(holder.Value.Year), () => holder.Value = DateTime.UnixEpoch);
    });

    [Fact]
    public void A_number_is_put_into_words_while_it_is_written() => Races(static () =>
    {
        var holder = new Holder<int>();
        Beside(() => Use(holder.Value.ToString()), () => holder.Value = 3);
    });

    [Fact]
    public void Two_parts_are_two_locations() => Explored.Holds(static () =>
    {
        var holder = new Holder<Outer>();
        var other = new Thread(() => holder.Value.Inner.Large = 1);
        other.Start();
        holder.Value.Inner.Small = 2;
        holder.Value.First = 3;
        other.Join();
        Assert.Equal((3, 2, 1L), (holder.Value.First, holder.Value.Inner.Small, holder.Value.Inner.Large));
    });

    [Fact]
    public void Structs_under_a_lock_do_not_race() => Explored.Holds(static () =>
    {
        var holder = new Holder<(int, long?)>();
        void Add()
        {
            lock (holder)
            {
                holder.Value = (holder.Value.Item1 + 1, holder.Value.Item2.HasValue ? holder.Value.Item2 + 1 : 1);
            }
        }

        var other = new Thread(Add);
        other.Start();
        Add();
        other.Join();
        Assert.Equal((2, 2L), holder.Value);
    });

    /// <summary>A read that would mix two writes is reported as a race; the value itself is never a mixture.</summary>
    [Fact]
    public void The_parts_are_read_in_one_step() => Explored.Fails(Verdict.DataRace, static () =>
    {
        var holder = new Holder<(int First, int Second)>();
        var other = new Thread(() => holder.Value = (1, 1));
        other.Start();
        (int first, int second) = holder.Value;
        other.Join();
        Assert.Equal(first, second);
    });

    private static void Use<T>(T value) => _ = value;

    private static void Beside(Action one, Action two)
    {
        var other = new Thread(() => one());
        other.Start();
        two();
        other.Join();
    }

    private static void Races(Action body) => Explored.Fails(Verdict.DataRace, body);
}
