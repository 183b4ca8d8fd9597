using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Tests.Reports;

public sealed class ScheduleStringTests
{
    private static readonly ScheduleString s_typical = new()
    {
        Fingerprint = 0xDEADBEEF,
        RacyPoints = [0x12345678, 0x9ABCDEF0, 0x0F1E2D3C],
        Choices = 140,
        Hash = 0xCAFEF00D,
        Overrides = [new(3, 1, 0x11000000), new(9, 2, 0x22000000), new(31, 0, 0x33000000), new(90, 1, 0x44000000), new(101, 3, 0x55000000)],
    };

    public static TheoryData<int, int, int> Sizes =>
        new() { { 0, 0, 0 }, { 1, 1, 1 }, { 3, 200, 5 }, { 62, 5, 40 }, { 63, 5, 4 }, { 64, 5, 4 }, { 300, 100_000, 300 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_written_string_is_read_back(int points, int distance, int switches)
    {
        var random = new Random(points);
        var schedule = new ScheduleString
        {
            Fingerprint = (uint)random.NextInt64(1L << 32),
            Clock = points % 2 == 0 ? ClockMode.Racing : ClockMode.Quiescent,
            MemoryModel = points % 3 == 1 ? MemoryModel.Tso : MemoryModel.Sequential,
            Releases = points % 3 == 0,
            RacyPoints = [.. Enumerable.Range(0, points).Select(_ => (uint)random.NextInt64(1L << 32))],
            Choices = distance * switches,
            Hash = (uint)random.NextInt64(1L << 32),
            Overrides =
            [
                .. Enumerable.Range(0, switches)
                    .Select(i => new ScheduleLog.Override(i * Math.Max(distance, 1), i % 150, (uint)random.Next(256) << 24)),
            ],
        };
        ScheduleString read = ScheduleString.Parse(schedule.ToString());
        Assert.Equal(
            (schedule.Fingerprint, schedule.Clock, schedule.MemoryModel, schedule.Releases, schedule.Choices, schedule.Hash),
            (read.Fingerprint, read.Clock, read.MemoryModel, read.Releases, read.Choices, read.Hash));
        Assert.Equal(schedule.RacyPoints, read.RacyPoints);
        Assert.Equal(schedule.Overrides, read.Overrides);
    }

    [Fact]
    public void Five_switches_take_less_than_sixty_characters()
    {
        Assert.InRange(s_typical.ToString().Length, 1, 59);
        Assert.Matches("^b1\\.[A-Za-z0-9_-]+$", s_typical.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Repetitions_take_no_space(int period)
    {
        ScheduleString schedule = s_typical with { Overrides = Periodic(period, 20_000), Choices = 100_000 };
        string text = schedule.ToString();
        Assert.StartsWith("b2.", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 1, 80 + (4 * period));
        Assert.Equal(
            schedule.Overrides.Select(change => (change.Choice, change.Thread)),
            ScheduleString.Parse(text).Overrides.Select(change => (change.Choice, change.Thread)));
        Assert.InRange(ScheduleString.Parse(text).Overrides.Count(change => change.HasHash), 1, period + 1);
    }

    [Fact]
    public void Repetitions_that_end_are_read_back()
    {
        var random = new Random(5);
        for (int round = 0; round < 50; round++)
        {
            List<ScheduleLog.Override> overrides = [];
            for (int piece = 0; piece < 6; piece++)
            {
                int period = random.Next(1, 6);
                List<(int Gap, int Thread)> cycle = [.. Enumerable.Range(0, period).Select(_ => (random.Next(3), random.Next(6)))];
                for (int i = random.Next(30); i > 0; i--)
                {
                    (int gap, int thread) = cycle[i % period];
                    overrides.Add(new(overrides.Count == 0 ? gap : overrides[^1].Choice + 1 + gap, thread, (uint)random.Next(256) << 24));
                }
            }

            ScheduleString schedule = s_typical with { Overrides = overrides, MaxSteps = 1_000 + round };
            ScheduleString read = ScheduleString.Parse(schedule.ToString());
            Assert.Equal(1_000 + round, read.MaxSteps);
            Assert.Equal(
                overrides.Select(change => (change.Choice, change.Thread)),
                read.Overrides.Select(change => (change.Choice, change.Thread)));
            Assert.All(read.Overrides.Zip(overrides), pair => Assert.True(!pair.First.HasHash || pair.First.Hash == pair.Second.Hash));
        }
    }

    [Fact]
    public void Strings_of_earlier_versions_are_still_read()
    {
        // From reports of the first version.
        Assert.All(["b1.BHYVxKQf7IpBBXWBhaYKF234", "b1.BAVi4vwf7IpBBXWBhaYKFwmL", "b1.AhQz-EoC0n4cCwEz-m8"], text =>
        {
            ScheduleString read = ScheduleString.Parse(text);
            Assert.Equal((text, null), (read.ToString(), read.MaxSteps));
        });
    }

    private static ScheduleLog.Override[] Periodic(int period, int count)
    {
        var overrides = new ScheduleLog.Override[count];
        int next = 0;
        for (int i = 0; i < count; i++)
        {
            overrides[i] = new(next + (i % period % 3), i % period % 5, 0x11000000);
            next = overrides[i].Choice + 1;
        }

        return overrides;
    }

    [Fact]
    public void Space_around_it_does_not_matter() =>
        Assert.Equal(s_typical.ToString(), ScheduleString.Parse($"  {s_typical}\r\n").ToString());

    [Fact]
    public void Every_single_wrong_character_is_detected()
    {
        string text = s_typical.ToString();
        for (int i = 0; i < text.Length; i++)
        {
            string damaged = text[..i] + (text[i] == 'x' ? 'y' : 'x') + text[(i + 1)..];
            Assert.Throws<FormatException>(() => ScheduleString.Parse(damaged));
        }
    }

    [Fact]
    public void Every_truncation_is_detected()
    {
        string text = s_typical.ToString();
        for (int length = 0; length < text.Length; length++)
        {
            Assert.Throws<FormatException>(() => ScheduleString.Parse(text[..length]));
        }
    }

    [Theory]
    [InlineData("", "is no replay string")]
    [InlineData("hello", "is no replay string")]
    [InlineData("b5.AAAA", "unknown version 'b5.'")]
    [InlineData("b2.AAAA", "too short")]
    [InlineData("b17.AAAA", "unknown version 'b17.'")]
    [InlineData("b17", "is no replay string")]
    [InlineData("b1.", "too short")]
    [InlineData("b1.AAAA", "too short")]
    [InlineData("b1.AAAA AAAA!", "may only have letters")]
    [InlineData("b1.AAAAAAAAAAAAAAAAAAAAAAAA", "checksum")]
    public void The_message_states_what_is_wrong(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => ScheduleString.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Other_assemblies_are_refused_with_both_fingerprints()
    {
        s_typical.RequireFingerprint(0xDEADBEEF);
        FormatException thrown = Assert.Throws<FormatException>(() => s_typical.RequireFingerprint(0xDEADBEE0));
        Assert.Contains("deadbeef", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("deadbee0", thrown.Message, StringComparison.Ordinal);
    }
}
