using System.Text.Json;
using Braid.Cli;
using Spectre.Console;

namespace Braid.Tests;

/// <summary><c>braid info</c>: what it finds, and how it says so.</summary>
public sealed class InfoTests : TimedTest
{
    private static readonly Probe s_missing = new("futex", "everything across processes", static () => throw new IOException("The system refuses."));
    private static readonly Probe s_present = new("pidfd", "nothing", static () => "seen");

    [Fact]
    public void A_missing_thing_names_what_it_disables()
    {
        var info = SystemInfo.Gather([s_missing, s_present]);
        Assert.Equal([new Check("futex", false, "The system refuses.", "everything across processes"), new Check("pidfd", true, "seen", null)], info.Checks);
        Assert.Contains("\nfutex       missing: The system refuses. Without it: everything across processes.\npidfd       seen\n", Text(info), StringComparison.Ordinal);
        Assert.Contains("Without it: everything across processes.", Table(info), StringComparison.Ordinal);
    }

    [Fact]
    public void Elsewhere_nothing_is_tried_and_each_row_says_so()
    {
        Check check = new Probe("futex", "everything across processes", static () => throw new InvalidOperationException("It was tried.")).Run(isLinux: false);
        Assert.Equal(new Check("futex", null, "not on this system", "everything across processes"), check);
        Assert.Contains("not on this system. Without it: everything across processes.", Text(SystemInfo.Gather([]) with { Checks = [check] }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_system_that_does_not_list_its_networks_gets_a_line_that_says_so() =>
        Assert.EndsWith("networks    the system does not report them\n", Text(SystemInfo.Gather([]) with { Networks = null }), StringComparison.Ordinal);

    [Fact]
    public void A_limit_is_shown_with_the_file_that_sets_it()
    {
        SystemInfo info = SystemInfo.Gather([]) with
        {
            Processors = new ProcessorFacts(2, 8, "0-7", 1.5, "/sys/fs/cgroup/cpu.max"),
            Memory = new MemoryFacts(8L << 30, 512 << 20, "/sys/fs/cgroup/memory.max", 1 << 20),
        };
        Assert.Contains("2 of 8 usable; allowed: 0-7; quota: 1.5 (/sys/fs/cgroup/cpu.max)\n", Text(info), StringComparison.Ordinal);
        Assert.Contains("1.0 MiB free of 512.0 MiB (/sys/fs/cgroup/memory.max); the machine has 8.0 GiB\n", Text(info), StringComparison.Ordinal);
    }

    [Fact]
    public void What_programs_read_is_complete_and_comes_back_as_it_was()
    {
        var info = SystemInfo.Gather([s_missing]);
        string json = JsonSerializer.Serialize(info with { Networks = [new NetworkFacts("lo", true, ["127.0.0.1"], ["::1"], 65536, null)] }, InfoJson.Default.SystemInfo);
        using var document = JsonDocument.Parse(json);
        string[] names =
        [
            "braid", "runtime.version", "runtime.identifier", "runtime.architecture", "runtime.system", "runtime.kernel",
            "processors.usable", "processors.machine", "processors.allowed", "processors.quota", "processors.quotaFile",
            "memory.machineBytes", "memory.limitBytes", "memory.limitFile", "memory.freeBytes",
            "limits.openFiles", "limits.userTasks", "limits.groupTasks",
            "checks[].name", "checks[].works", "checks[].detail", "checks[].disables",
            "networks[].name", "networks[].isUp", "networks[].ipv4[]", "networks[].ipv6[]", "networks[].mtu", "networks[].mac",
        ];
        Assert.Equal(names, Names(document.RootElement, ""));
        SystemInfo back = JsonSerializer.Deserialize(json, InfoJson.Default.SystemInfo)!;
        Assert.Equal((info.Braid, info.Runtime, info.Processors, info.Memory, info.Limits), (back.Braid, back.Runtime, back.Processors, back.Memory, back.Limits));
        Assert.Equal(info.Checks, back.Checks);
    }

    private static IEnumerable<string> Names(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Names(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}")),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Names(item, $"{path}[]")),
        _ => [path],
    };

    private static string Text(SystemInfo info)
    {
        var text = new StringWriter { NewLine = "\n" };
        InfoText.Write(info, text);
        return text.ToString();
    }

    private static string Table(SystemInfo info)
    {
        var text = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 200;
        InfoTable.Write(info, console);
        return text.ToString();
    }
}
