using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>The evidence that memory ran out.</summary>
public sealed class OomKillsTests : TimedTest
{
    [Theory]
    [InlineData("0::/user.slice/app", "/sys/fs/cgroup/user.slice/app/memory.events", "/sys/fs/cgroup/user.slice/app/memory.events")]
    [InlineData("0::/", "/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory.events")]
    [InlineData("0::/docker/4711", "/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory.events")]
    [InlineData("5:cpu:/\n4:memory:/a/b\n0::/", "/sys/fs/cgroup/memory/a/b/memory.oom_control", "/sys/fs/cgroup/memory/a/b/memory.oom_control")]
    [InlineData("4:memory:/a/b", "/sys/fs/cgroup/memory/memory.oom_control", "/sys/fs/cgroup/memory/memory.oom_control")]
    [InlineData("4:cpu,cpuacct:/a/b", "", null)]
    [InlineData("", "", null)]
    public void The_counter_of_the_own_control_group_is_found(string groups, string existing, string? file) =>
        Assert.Equal(file, OomKills.FindFile(groups, path => path == existing));

    [Theory]
    [InlineData("low 0\nhigh 0\nmax 12\noom 4\noom_kill 3\noom_group_kill 0\n", 3)]
    [InlineData("oom_kill_disable 0\nunder_oom 0\noom_kill 2\n", 2)]
    [InlineData("oom_kill_disable 0\nunder_oom 0\n", 0)]
    [InlineData("", 0)]
    public void The_counter_is_read(string text, long count) => Assert.Equal(count, OomKills.CountIn(text));

    [Fact]
    public void A_kill_explains_one_death_and_only_of_who_was_alive()
    {
        long explained = 0;
        Assert.False(OomKills.Explain(before: 0, now: 0, ref explained));
        Assert.True(OomKills.Explain(before: 0, now: 1, ref explained));
        Assert.False(OomKills.Explain(before: 0, now: 1, ref explained));
        Assert.False(OomKills.Explain(before: 2, now: 2, ref explained));
        Assert.True(OomKills.Explain(before: 0, now: 3, ref explained));
        Assert.True(OomKills.Explain(before: 0, now: 3, ref explained));
        Assert.False(OomKills.Explain(before: 0, now: 3, ref explained));
        Assert.False(OomKills.Explain(before: null, now: 9, ref explained));
        Assert.False(OomKills.Explain(before: 0, now: null, ref explained));
    }
}
