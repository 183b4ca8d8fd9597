using Braid.Cli;

namespace Braid.Tests;

/// <summary>The limits of control groups are read from files as the kernel writes them, of either version.</summary>
public sealed class ControlGroupsTests : TimedTest
{
    private const string SecondMount = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

    private readonly Dictionary<string, string> _files = [];

    private ControlGroups Groups => ControlGroups.OfThisProcess(path => _files.GetValueOrDefault(path));

    [Fact]
    public void The_second_version_limits_by_the_tightest_group_on_the_way_up()
    {
        _files["/proc/self/cgroup"] = "0::/user.slice/job\n";
        _files["/proc/self/mountinfo"] = SecondMount;
        _files["/sys/fs/cgroup/user.slice/cpu.max"] = "150000 100000\n";
        _files["/sys/fs/cgroup/user.slice/job/cpu.max"] = "400000 100000\n";
        _files["/sys/fs/cgroup/user.slice/memory.max"] = "5000000\n";
        _files["/sys/fs/cgroup/user.slice/memory.current"] = "4900000\n";
        _files["/sys/fs/cgroup/user.slice/job/memory.max"] = "1000000\n";
        _files["/sys/fs/cgroup/user.slice/job/memory.current"] = "600000\n";
        _files["/sys/fs/cgroup/user.slice/job/memory.stat"] = "anon 500000\ninactive_file 100000\nactive_file 0\n";
        _files["/sys/fs/cgroup/user.slice/job/pids.max"] = "max\n";
        _files["/sys/fs/cgroup/user.slice/pids.max"] = "512\n";
        Assert.Equal(new Quota(1.5, "/sys/fs/cgroup/user.slice/cpu.max"), Groups.Processors());
        Assert.Equal(new MemoryGroup(1_000_000, 100_000, "/sys/fs/cgroup/user.slice/job/memory.max"), Groups.Memory());
        Assert.Equal(512, Groups.Tasks());
    }

    [Fact]
    public void What_was_read_from_files_counts_as_free()
    {
        _files["/proc/self/cgroup"] = "0::/job\n";
        _files["/proc/self/mountinfo"] = SecondMount;
        _files["/sys/fs/cgroup/job/memory.max"] = "1000000\n";
        _files["/sys/fs/cgroup/job/memory.current"] = "600000\n";
        _files["/sys/fs/cgroup/job/memory.stat"] = "anon 500000\ninactive_file 100000\n";
        Assert.Equal(500_000, Groups.Memory()!.FreeBytes);
    }

    [Fact]
    public void The_first_version_has_a_tree_for_each_resource()
    {
        _files["/proc/self/cgroup"] = "4:memory:/service\n2:cpu,cpuacct:/docker/0123\n1:pids:/\n0::/\n";
        _files["/proc/self/mountinfo"] =
            "32 31 0:29 /docker/0123 /sys/fs/cgroup/cpu,cpuacct ro,relatime - cgroup cgroup rw,cpu,cpuacct\n" +
            "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime master:5 - cgroup cgroup rw,memory\n" +
            "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";
        _files["/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us"] = "50000\n";
        _files["/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us"] = "100000\n";
        _files["/sys/fs/cgroup/memory/service/memory.limit_in_bytes"] = "2000000\n";
        _files["/sys/fs/cgroup/memory/service/memory.usage_in_bytes"] = "1500000\n";
        _files["/sys/fs/cgroup/memory/service/memory.stat"] = "inactive_file 1\ntotal_inactive_file 250000\n";
        _files["/sys/fs/cgroup/memory/memory.limit_in_bytes"] = "9223372036854771712\n";
        Assert.Equal(new Quota(0.5, "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us"), Groups.Processors());
        Assert.Equal(new MemoryGroup(2_000_000, 750_000, "/sys/fs/cgroup/memory/service/memory.limit_in_bytes"), Groups.Memory());
    }

    [Fact]
    public void The_largest_numbers_mean_no_limit()
    {
        _files["/proc/self/cgroup"] = "2:memory:/\n1:cpu:/\n";
        _files["/proc/self/mountinfo"] = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n36 31 0:33 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n";
        _files["/sys/fs/cgroup/cpu/cpu.cfs_quota_us"] = "-1\n";
        _files["/sys/fs/cgroup/cpu/cpu.cfs_period_us"] = "100000\n";
        _files["/sys/fs/cgroup/memory/memory.limit_in_bytes"] = "9223372036854771712\n";
        Assert.Null(Groups.Processors());
        Assert.Null(Groups.Memory());
    }

    [Theory]
    [InlineData("0::/../../host\n")]
    [InlineData("0::/\n")]
    public void A_group_that_is_not_to_be_seen_here_is_taken_for_the_mounted_one(string groups)
    {
        _files["/proc/self/cgroup"] = groups;
        _files["/proc/self/mountinfo"] = SecondMount;
        _files["/sys/fs/cgroup/memory.max"] = "4096\n";
        _files["/sys/fs/cgroup/memory.current"] = "8192\n";
        Assert.Equal(new MemoryGroup(4096, 0, "/sys/fs/cgroup/memory.max"), Groups.Memory());
    }

    [Fact]
    public void A_system_without_control_groups_has_no_limits()
    {
        Assert.Null(Groups.Processors());
        Assert.Null(Groups.Memory());
        Assert.Null(Groups.Tasks());
    }

    [Theory]
    [InlineData("0\n", 1)]
    [InlineData("0-1\n", 2)]
    [InlineData("0-3,6,8-9\n", 7)]
    public void Ranges_of_processors_are_counted(string ranges, int count) => Assert.Equal(count, ProcessorFacts.CountIn(ranges));

    [Fact]
    public void Memory_and_limits_are_read_as_the_kernel_writes_them()
    {
        _files["/proc/meminfo"] = "MemTotal:       24682416 kB\nMemFree:        1000 kB\nMemAvailable:   24001000 kB\n";
        _files["/proc/self/limits"] = "Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 524288               files     \n";
        Assert.Equal(new MemoryFacts(24682416L * 1024, null, null, 24001000L * 1024), MemoryFacts.Read(Groups, path => _files.GetValueOrDefault(path)));
        Assert.Equal(new LimitFacts(1024, null, null), LimitFacts.Read(Groups, path => _files.GetValueOrDefault(path)));
    }
}
