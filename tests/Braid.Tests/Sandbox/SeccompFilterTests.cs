using System.Runtime.InteropServices;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>The filters of system calls say what they should about every call, as the kernel would run them.</summary>
public sealed class SeccompFilterTests : TimedTest
{
    private const int Own = 4711;
    private const uint Refused = 0x0005_0001;
    private const uint Absent = 0x0005_0026;
    private const uint Killed = 0x8000_0000;

    private static readonly uint s_architecture = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 0xC000_003E : 0xC000_00B7;
    private static readonly FilterInstruction[] s_strict = SandboxFence.FilterOf(Sandbox.Strict, SandboxStrength.Of(7, true));

    [Fact]
    public void Exactly_the_calls_on_the_list_are_allowed()
    {
        SystemCall[] calls = [.. SystemCalls.Basic, .. SystemCalls.Truncating, .. SystemCalls.SignallingThreads];
        HashSet<int> listed = [.. calls.Select(static call => call.Number)];
        int clone3 = SystemCalls.NumberOf("clone3");
        for (int number = 0; number < 1000; number++)
        {
            uint expected = listed.Contains(number) ? SeccompFilter.Allow
                : number == clone3 || number > SystemCalls.LastKnown ? Absent
                : Refused;
            Assert.True(expected == Verdict(s_strict, number), $"system call {number}");
        }
    }

    [Theory]
    [InlineData(2, "truncate", Refused)]
    [InlineData(3, "truncate", SeccompFilter.Allow)]
    [InlineData(5, "tkill", Refused)]
    [InlineData(6, "tkill", SeccompFilter.Allow)]
    public void What_an_old_Landlock_does_not_decide_is_refused(int landlock, string call, uint expected) =>
        Assert.Equal(
            expected, Verdict(SandboxFence.FilterOf(Sandbox.Strict, SandboxStrength.Of(landlock, true)), SystemCalls.NumberOf(call)));

    [Fact]
    public void Calls_by_other_numbers_end_the_process()
    {
        Assert.Equal(Killed, Verdict(s_strict, 0, architecture: 0x4000_0003));   // i386
        Assert.Equal(Killed, Verdict(s_strict, 0x4000_0000));                    // x32
        Assert.Equal(Killed, Verdict(WorkerFence.FilterOf(hasChildren: true, Own), 0, architecture: 0x4000_0003));
    }

    [Theory]
    [InlineData("clone", true, 0x0001_0F00)]
    [InlineData("clone", false, 0x1000_0000)]
    [InlineData("clone", false, 0x0002_0011)]
    [InlineData("prlimit64", true, 0, 7)]
    [InlineData("prlimit64", false, 1)]
    [InlineData("setpriority", true, 0, 0)]
    [InlineData("setpriority", false, 0, 1)]
    [InlineData("setpriority", false, 1, 0)]
    [InlineData("ioctl", true, 0, 0x5401)]
    [InlineData("ioctl", false, 0, 0x5412)]
    public void Arguments_decide_from_the_first_instruction_on(string call, bool isAllowed, params int[] arguments) =>
        Assert.Equal(isAllowed ? SeccompFilter.Allow : Refused, Verdict(s_strict, SystemCalls.NumberOf(call), arguments));

    [Theory]
    [InlineData("clone", true, 0x0001_0F00)]
    [InlineData("clone", false, 17)]
    [InlineData("execve", false)]
    [InlineData("execveat", false)]
    [InlineData("kill", true, Own)]
    [InlineData("kill", true, -Own)]
    [InlineData("kill", true, 0)]
    [InlineData("kill", false, 1)]
    [InlineData("kill", false, -1)]
    [InlineData("tgkill", true, Own)]
    [InlineData("tgkill", false, 1)]
    [InlineData("setpgid", false, 0, 0)]
    [InlineData("fcntl", true, 3, 4)]
    [InlineData("fcntl", false, 3, 8)]
    [InlineData("fcntl", false, WorkerProgram.DeathDescriptor, 4)]
    [InlineData("close", true, 3)]
    [InlineData("close", false, WorkerProgram.DeathDescriptor)]
    [InlineData("close_range", true, WorkerProgram.DeathDescriptor + 1)]
    [InlineData("close_range", false, 3)]
    [InlineData("dup3", true, 3, 4)]
    [InlineData("dup3", false, 3, WorkerProgram.DeathDescriptor)]
    [InlineData("dup3", false, WorkerProgram.DeathDescriptor, 3)]
    public void Arguments_decide_once_the_worker_is_up(string call, bool isAllowed, params int[] arguments) =>
        Assert.Equal(
            isAllowed ? SeccompFilter.Allow : Refused,
            Verdict(WorkerFence.FilterOf(hasChildren: false, Own), SystemCalls.NumberOf(call), arguments));

    [Theory]
    [InlineData("execve", 0)]
    [InlineData("clone", 17)]
    [InlineData("kill", 1)]   // whom it reaches, Landlock decides
    public void With_children_it_may_start_and_signal_them(string call, int argument) =>
        Assert.Equal(SeccompFilter.Allow, Verdict(WorkerFence.FilterOf(hasChildren: true, Own), SystemCalls.NumberOf(call), [argument]));

    [Theory]
    [InlineData(true, 2, 1, 0)]
    [InlineData(true, 10, 0x80801, 6)]   // with flags
    [InlineData(false, 2, 2, 0)]
    [InlineData(false, 2, 1, 262)]       // multipath TCP, about whose ports Landlock does not decide
    [InlineData(false, 1, 1, 0)]
    [InlineData(false, 16, 3, 0)]
    public void With_ports_only_sockets_of_TCP_are_allowed(bool isAllowed, int family, int type, int protocol)
    {
        FilterInstruction[] filter =
            SandboxFence.FilterOf(Sandbox.Strict with { Network = SandboxNetwork.Tcp(80) }, SandboxStrength.Of(7, true));
        Assert.Equal(
            isAllowed ? SeccompFilter.Allow : Refused, Verdict(filter, SystemCalls.NumberOf("socket"), [family, type, protocol]));
        Assert.Equal(Refused, Verdict(filter, SystemCalls.NumberOf("listen")));
        Assert.Equal(Refused, Verdict(filter, SystemCalls.NumberOf("sendto"), [0, 0, 0, 0x2000_0000]));
        Assert.Equal(SeccompFilter.Allow, Verdict(filter, SystemCalls.NumberOf("sendto"), [0, 0, 0, 0x4000]));
    }

    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(2, 0, true)]
    [InlineData(16, 0, true)]
    [InlineData(16, 9, false)]
    [InlineData(38, 0, false)]
    public void With_the_whole_network_some_families_are_still_refused(int family, int protocol, bool isAllowed) =>
        Assert.Equal(
            isAllowed ? SeccompFilter.Allow : Refused,
            Verdict(
                SandboxFence.FilterOf(Sandbox.Strict with { Network = SandboxNetwork.All }, SandboxStrength.Of(7, true)),
                SystemCalls.NumberOf("socket"),
                [family, 1, protocol]));

    [Fact]
    public void A_filter_is_short_enough_for_the_kernel_and_ends_everywhere()
    {
        Sandbox sandbox = Sandbox.NoNetwork with { Network = SandboxNetwork.Tcp(1) };
        FilterInstruction[] longest = SandboxFence.FilterOf(sandbox, SandboxStrength.Of(7, true));
        Assert.InRange(longest.Length, 1, 4096);
        for (int at = 0; at < longest.Length; at++)
        {
            FilterInstruction one = longest[at];
            Assert.True(one.Code == 0x06 || at + 1 + Math.Max(one.IfTrue, one.IfFalse) < longest.Length, $"instruction {at}");
        }
    }

    /// <summary>Runs a filter as the kernel does.</summary>
    private static uint Verdict(FilterInstruction[] filter, int number, int[]? arguments = null, uint? architecture = null)
    {
        byte[] call = new byte[64];
        MemoryMarshal.Write(call, number);
        MemoryMarshal.Write(call.AsSpan(4), architecture ?? s_architecture);
        for (int index = 0; index < arguments?.Length; index++)
        {
            MemoryMarshal.Write(call.AsSpan(16 + (8 * index)), (long)arguments[index]);
        }

        uint accumulator = 0;
        for (int at = 0; ; at++)
        {
            FilterInstruction one = filter[at];
            switch (one.Code)
            {
                case 0x20:
                    accumulator = MemoryMarshal.Read<uint>(call.AsSpan((int)one.Operand));
                    break;
                case 0x54:
                    accumulator &= one.Operand;
                    break;
                case 0x06:
                    return one.Operand;
                case 0x15:
                    at += accumulator == one.Operand ? one.IfTrue : one.IfFalse;
                    break;
                case 0x25:
                    at += accumulator > one.Operand ? one.IfTrue : one.IfFalse;
                    break;
                case 0x35:
                    at += accumulator >= one.Operand ? one.IfTrue : one.IfFalse;
                    break;
                case 0x45:
                    at += (accumulator & one.Operand) != 0 ? one.IfTrue : one.IfFalse;
                    break;
                default:
                    Assert.Fail($"There is no instruction {one.Code:X}.");
                    break;
            }
        }
    }
}
