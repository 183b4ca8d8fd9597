using Braid.Waiting;

namespace Braid.Tests;

/// <summary>The moment a wait ends.</summary>
public sealed class DeadlineTests : TimedTest
{
    [Fact]
    public void A_timeout_of_zero_has_passed_at_once_and_an_infinite_or_enormous_one_never_does()
    {
        Assert.True(Deadline.After(TimeSpan.Zero).HasPassed);
        Assert.Equal(0, Deadline.After(TimeSpan.Zero).MillisecondsLeft);
        foreach (Deadline never in (Deadline[])[Deadline.After(Timeout.InfiniteTimeSpan), Deadline.After(TimeSpan.MaxValue), Deadline.Never])
        {
            Assert.True(never.IsNever);
            Assert.False(never.HasPassed);
            Assert.Equal(Timeout.Infinite, never.MillisecondsLeft);
            Assert.Equal(Timeout.InfiniteTimeSpan, never.Left);
        }
    }

    [Fact]
    public void What_is_left_is_rounded_up_and_fits_a_monitor()
    {
        Assert.InRange(Deadline.After(TimeSpan.FromMinutes(1)).MillisecondsLeft, 1, 60_000);
        Assert.Equal(int.MaxValue, Deadline.After(TimeSpan.FromDays(100)).MillisecondsLeft);
        Assert.True(Deadline.After(TimeSpan.FromDays(100)).Left > TimeSpan.FromDays(99));
    }

    [Fact]
    public void Deadlines_are_ordered_by_time()
    {
        var soon = Deadline.After(TimeSpan.FromMinutes(1));
        var late = Deadline.After(TimeSpan.FromMinutes(2));
        Assert.True(soon.CompareTo(late) < 0 && late.CompareTo(Deadline.Never) < 0);
        Assert.Equal(soon, Deadline.Earlier(late, soon));
        Assert.Equal(soon, Deadline.Earlier(soon, Deadline.Never));
    }

    [Fact]
    public void A_negative_timeout_is_refused_by_its_name()
    {
        var timeout = TimeSpan.FromTicks(-1);
        Assert.Equal(nameof(timeout), Assert.Throws<ArgumentOutOfRangeException>(() => Deadline.After(timeout)).ParamName);
    }
}
