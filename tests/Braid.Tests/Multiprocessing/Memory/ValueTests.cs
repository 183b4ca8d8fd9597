using Braid.Multiprocessing;

namespace Braid.Tests;

public sealed class ValueTests : TimedTest
{
    private const int Rounds = 2_000;

    [Fact]
    public void It_begins_as_zero_or_as_it_is_told_and_keeps_what_is_written()
    {
        using var zero = new Value<double>();
        using var value = new Value<int>(7);
        Assert.Equal(0.0, zero.Value);
        Assert.Equal(7, value.Value);
        value.Value = -1;
        Assert.Equal(-1, value.Value);
        Assert.Equal(-1, value.Obj.Value);
        Assert.Equal("-1", value.ToString());
        Assert.False(value.Lock.Locked);
    }

    [Fact]
    public async Task Who_reads_or_writes_waits_for_the_lock()
    {
        using var value = new Value<int>();
        await using var other = new BlockingActor();
        Task writing;
        using (value.EnterScope())
        {
            writing = other.Do(() => value.Value = 5);
            Eventually.Holds(() => WaiterCount(value) == 1);
            Assert.Equal(0, value.Value);
            value.Value = 1;
        }

        await writing;
        Assert.Equal(5, value.Value);
    }

    [Fact]
    public void Additions_of_several_threads_and_twins_are_all_there()
    {
        using var value = new Value<long>();
        using Value<long> twin = Twin.Of(value);
        Parallel.Invoke(
            () => Repeat(() => value.Add(1)),
            () => Repeat(() => twin.Add(1)),
            () => Repeat(() => twin.Update(old => old + 1)),
            () => Repeat(() =>
            {
                using (value.EnterScope())
                {
                    value.Value += 1;
                }
            }),
            () => Repeat(() =>
            {
                long old;
                do
                {
                    old = twin.Value;
                }
                while (twin.CompareExchange(old + 1, old) != old);
            }));
        Assert.Equal(5 * Rounds, value.Value);
    }

    [Fact]
    public void An_addition_says_the_sum_and_does_not_wrap()
    {
        using var value = new Value<byte>(250);
        Assert.Equal(255, value.Add((byte)5));
        Assert.Throws<OverflowException>(() => value.Add((byte)1));
        Assert.Equal(255, value.Value);
        Assert.False(value.Lock.Locked);
    }

    [Fact]
    public void An_exchange_happens_only_where_the_old_value_is_as_expected()
    {
        using var value = new Value<int>(1);
        Assert.Equal(1, value.CompareExchange(5, comparand: 2));
        Assert.Equal(1, value.CompareExchange(5, comparand: 1));
        Assert.Equal(5, value.Value);
    }

    [Fact]
    public void An_update_that_throws_changes_nothing_and_releases_the_lock()
    {
        using var value = new Value<int>(1);
        Assert.Throws<InvalidOperationException>(() => value.Update(_ => throw new InvalidOperationException()));
        Assert.Throws<ArgumentNullException>(() => value.Update(null!));
        Assert.Equal(1, value.Value);
        Assert.False(value.Lock.Locked);
    }

    [Fact]
    public void A_twin_has_the_same_lock()
    {
        using var value = new Value<int>();
        using Value<int> twin = Twin.Of(value);
        using (value.EnterScope())
        {
            Assert.True(twin.Lock.Locked);
            twin.Value = 3;   // the same thread, so the re-entrant lock lets it in
        }

        Assert.False(twin.Lock.Locked);
        Assert.Equal(3, value.Value);
    }

    [Fact]
    public void The_lock_of_a_value_travels_by_itself_too()
    {
        using var value = new Value<int>();
        RLock twin = Twin.Of((RLock)value.Lock);
        using (twin.EnterScope())
        {
            Assert.True(value.Lock.Locked);
        }

        Assert.False(value.Lock.Locked);
    }

    [Fact]
    public void One_lock_guards_several_values()
    {
        var gate = new RLock();
        using var first = new Value<int>(0, gate);
        using var second = new Value<int>(0, first.Lock);
        using Value<int> twin = Twin.Of(second);
        Assert.Same(gate, second.Lock);
        using (gate.EnterScope())
        {
            Assert.True(twin.Lock.Locked);
        }

        Assert.False(twin.Lock.Locked);
        Assert.Equal(1, twin.Add(1));
        Assert.Equal(1, second.Value);
    }

    [Fact]
    public async Task A_plain_lock_may_guard_a_value_too()
    {
        var gate = new Multiprocessing.Lock();
        using var value = new Value<int>(4, gate);
        using Value<int> twin = Twin.Of(value);
        await using var other = new BlockingActor();
        Task reading;
        using (await gate.EnterScopeAsync(Cancellation))
        {
            reading = other.Do(() => twin.Value);
            Eventually.Holds(() => gate.WaiterCount == 1);
        }

        await reading;
        Assert.IsType<Multiprocessing.Lock>(twin.Lock);
    }

    [Fact]
    public void The_own_lock_of_one_value_may_guard_another()
    {
        using var first = new Value<int>();
        using var second = new Value<int>(0, first.Lock);
        using Value<int> twin = Twin.Of(second);
        using (twin.EnterScope())
        {
            Assert.True(first.Lock.Locked);
        }

        Assert.False(first.Lock.Locked);
    }

    [Fact]
    public void A_lock_of_threads_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Value<int>(0, new Threading.RLock()));
        Assert.Throws<ArgumentException>(() => new Array<int>(1, new Threading.Lock()));
    }

    [Fact]
    public void A_given_lock_lives_as_long_as_a_value_needs_it_and_no_longer()
    {
        var gate = new RLock();
        Segment segment = ((IShared)gate).Segment;
        var value = new Value<int>(1, gate);
        gate.Close();
        Assert.False(segment.IsReleased);
        Value<int> twin = Twin.Of(value);
        Assert.Equal(1, twin.Value);
        Assert.Throws<ObjectDisposedException>(() => value.Value);
        value.Dispose();
        Assert.False(segment.IsReleased);
        twin.Dispose();
        twin.Dispose();
        Assert.True(segment.IsReleased);
    }

    [Fact]
    public void After_the_death_of_the_holder_one_is_told_and_the_lock_is_free()
    {
        using var value = new Value<int>(1);
        HoldAsDead(value);
        Assert.Throws<AbandonedLockException>(() => value.Value);
        Assert.False(value.Lock.Locked);
        Assert.Equal(1, value.Value);
        HoldAsDead(value);
        Assert.Throws<AbandonedLockException>(() => value.Add(1));
        Assert.Equal(1, value.Value);
    }

    [Fact]
    public void After_the_death_of_the_holder_who_enters_a_scope_holds_it()
    {
        using var value = new Value<int>(1);
        HoldAsDead(value);
        Assert.Throws<AbandonedLockException>(() => value.EnterScope().Dispose());
        Assert.Equal(1, ((RLock)value.Lock).Depth);
        value.Lock.Release();
    }

    [Fact]
    public void What_is_disposed_of_is_refused()
    {
        var value = new Value<int>(1);
        value.Dispose();
        value.Dispose();
        Assert.Throws<ObjectDisposedException>(() => value.Value);
        Assert.Throws<ObjectDisposedException>(() => value.Value = 1);
        Assert.Throws<ObjectDisposedException>(() => value.Add(1));
        Assert.Throws<ObjectDisposedException>(() => value.Obj.Value);
        Assert.Equal("disposed", value.ToString());
    }

    /// <summary>Makes the value's own lock look as if a process had died that held it.</summary>
    private static unsafe void HoldAsDead(IShared value)
    {
        const long SomeThread = 1L << 32;
        var holder = new DeadProcess();
        *(long*)value.Segment.Data = SomeThread | (uint)holder.Token;
        holder.Die();
    }

    private static int WaiterCount(Value<int> value) => ((RLock)value.Lock).WaiterCount;

    private static void Repeat(Action action)
    {
        for (int round = 0; round < Rounds; round++)
        {
            action();
        }
    }
}
