using Braid.Multiprocessing;

namespace Braid.Tests;

public sealed class RawValueTests : TimedTest
{
    [Fact]
    public void It_begins_as_zero_or_as_it_is_told()
    {
        using var zero = new RawValue<double>();
        using var seven = new RawValue<int>(7);
        Assert.Equal(0.0, zero.Value);
        Assert.Equal(7, seven.Value);
    }

    [Fact]
    public void It_keeps_what_is_written()
    {
        using var value = new RawValue<Guid>();
        var written = Guid.NewGuid();
        value.Value = written;
        Assert.Equal(written, value.Value);
        Assert.Equal(written.ToString(), value.ToString());
    }

    [Fact]
    public void It_is_a_place()
    {
        using var value = new RawValue<long>(1);
        Interlocked.Increment(ref value.Ref);
        Assert.Equal(2, value.Value);
    }

    [Fact]
    public void A_twin_over_the_same_segment_is_the_same_value()
    {
        using var value = new RawValue<int>(1);
        using RawValue<int> twin = Twin.Of(value);
        twin.Value = 5;
        Assert.Equal(5, value.Value);
        value.Dispose();
        Assert.Equal(5, twin.Value);
    }

    [Fact]
    public void What_is_disposed_of_is_refused()
    {
        var value = new RawValue<int>(1);
        value.Dispose();
        value.Dispose();
        Assert.Throws<ObjectDisposedException>(() => value.Value);
        Assert.Throws<ObjectDisposedException>(() => value.Value = 1);
        Assert.Throws<ObjectDisposedException>(() => value.Ref);
        Assert.Equal("disposed", value.ToString());
    }

    [Fact]
    public async Task Who_sees_a_value_sees_what_was_written_before_it()
    {
        using var data = new RawArray<int>(1);
        using var turn = new RawValue<int>();
        const int Rounds = 10_000;
        Task reader = Task.Run(
            () =>
            {
                for (int round = 1; round <= Rounds; round++)
                {
                    Eventually.Holds(() => Math.Abs(turn.Value) >= round);
                    Assert.Equal(round, data[0]);
                    turn.Value = -round;
                }
            },
            Cancellation);
        for (int round = 1; round <= Rounds; round++)
        {
            data[0] = round;
            turn.Value = round;
            Eventually.Holds(() => turn.Value == -round || reader.IsCompleted);
        }

        await reader;
    }
}
