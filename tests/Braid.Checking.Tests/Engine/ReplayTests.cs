using System.Threading.Channels;

namespace Braid.Checking.Tests.Engine;

/// <summary>A reported schedule replays the same run any number of times, or it is refused.</summary>
public sealed class ReplayTests
{
    private const int Times = 1_000;

    [Fact]
    public void A_lost_update_replays_a_thousand_times_with_the_same_values()
    {
        CheckReport found = Check.Explore(LoseAnUpdate);
        Assert.Equal(Verdict.LostUpdate, found.Verdict);
        ReplayAll(LoseAnUpdate, found);
    }

    [Fact]
    public void A_deadlock_replays_a_thousand_times()
    {
        CheckReport found = Check.Explore(Embrace);
        Assert.Equal(Verdict.Deadlock, found.Verdict);
        ReplayAll(Embrace, found);
    }

    /// <summary>bench/versus/Checker replays it a thousand times.</summary>
    [Fact]
    public void A_fault_of_tasks_that_wait_for_a_channel_replays_each_time()
    {
        CheckReport found = Check.Explore(TellTwoOfOneItem);
        Assert.Equal(Verdict.AssertionFailed, found.Verdict);
        ReplayAll(TellTwoOfOneItem, found, 200);
    }

    [Fact]
    public void A_schedule_of_another_body_diverges_and_reports_where()
    {
        string schedule = Check.Explore(Embrace).Replay!;
        CheckReport report = Check.Explore(LoseAnUpdate, new CheckOptions { Replay = schedule });
        Assert.Equal(Verdict.Diverged, report.Verdict);
        Assert.Contains("choice", report.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "replay string")]
    [InlineData("hello", "b1.")]
    [InlineData("b9.AAAA", "version")]
    [InlineData("b1.!!!!", "replay string")]
    public void A_string_that_is_no_replay_string_is_refused_with_a_message(string text, string says) =>
        Assert.Contains(
            says,
            Assert.Throws<FormatException>(() => Check.Explore(Embrace, new CheckOptions { Replay = text })).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_damaged_replay_string_is_refused()
    {
        string schedule = Check.Explore(Embrace).Replay!;
        char changed = schedule[6] == 'A' ? 'B' : 'A';
        string damaged = $"{schedule[..6]}{changed}{schedule[7..]}";
        Assert.Throws<FormatException>(() => Check.Explore(Embrace, new CheckOptions { Replay = damaged }));
    }

    [Theory]
    [InlineData(SearchStrategy.Mix)]
    [InlineData(SearchStrategy.Random)]
    [InlineData(SearchStrategy.Pct)]
    [InlineData(SearchStrategy.Bounded)]
    public void A_livelock_has_a_short_string_that_states_how_long_it_ran(SearchStrategy strategy)
    {
        CheckReport found = Check.Explore(RunInCircles, new CheckOptions { Strategy = strategy, MaxSteps = 6_000 });
        Assert.Equal(Verdict.Livelock, found.Verdict);
        Assert.InRange(found.Replay!.Length, 1, 150);
        CheckReport again = Check.Explore(RunInCircles, new CheckOptions { Replay = found.Replay });
        Assert.Equal((found.Verdict, found.Sentence, found.Timeline), (again.Verdict, again.Sentence, again.Timeline));
    }

    /// <summary>Each thread undoes what the other does; they must take turns from the beginning.</summary>
    internal static void RunInCircles()
    {
        int turn = 0;
        var other = new Thread(() =>
        {
            while (Interlocked.Exchange(ref turn, 1) != 3)
            {
                Volatile.Read(ref turn);
            }
        });
        other.Start();
        while (Interlocked.Exchange(ref turn, 2) != 3)
        {
            Volatile.Read(ref turn);
        }

        other.Join();
    }

    internal static void LoseAnUpdate()
    {
        int balance = 0;
        var other = new Thread(() => balance++);
        other.Start();
        balance++;
        other.Join();
        if (balance != 2)
        {
            throw new InvalidOperationException($"{balance}");
        }
    }

    internal static void Embrace()
    {
        object left = new();
        object right = new();
        var other = new Thread(() =>
        {
            lock (left)
            {
                lock (right)
                {
                }
            }
        });
        other.Start();
        lock (right)
        {
            lock (left)
            {
            }
        }

        other.Join();
    }

    private static void TellTwoOfOneItem()
    {
        var channel = Channel.CreateBounded<int>(1);
        Task.WhenAll(Task.Run(ReadAsync), Task.Run(ReadAsync), Task.Run(WriteAsync)).GetAwaiter().GetResult();

        async Task WriteAsync()
        {
            await channel.Writer.WriteAsync(1);
            channel.Writer.Complete();
        }

        async Task ReadAsync()
        {
            if (await channel.Reader.WaitToReadAsync() && !channel.Reader.TryRead(out _))
            {
                throw new InvalidOperationException("An item was there.");
            }
        }
    }

    private static void ReplayAll(Action body, CheckReport found, int times = Times)
    {
        var options = new CheckOptions { Replay = found.Replay };
        for (int i = 0; i < times; i++)
        {
            CheckReport again = Check.Explore(body, options);
            Assert.Equal((found.Verdict, found.Timeline), (again.Verdict, again.Timeline));
        }
    }
}
