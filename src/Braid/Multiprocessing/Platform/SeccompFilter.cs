using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>A program that the kernel runs before each system call of a thread and of whatever that thread starts (seccomp).</summary>
/// <remarks>
/// <para>
/// Its language is that of packet filters: one accumulator, and jumps that only lead forward, at most 255 instructions far. It sees the
/// numbers of a call, and nothing that pointers point to. A filter can never be removed; of several, the strictest verdict counts.
/// </para>
/// <para>
/// The same kernel serves calls with other numberings (32-bit programs, x32), in which a number means another call. The first instructions
/// end a process that uses one.
/// </para>
/// </remarks>
internal sealed class SeccompFilter
{
    public const uint Allow = 0x7FFF_0000;

    private const uint KillProcess = 0x8000_0000;
    private const uint Fail = 0x0005_0000;         // with the error number

    private const ushort Load = 0x20;              // BPF_LD | BPF_W | BPF_ABS
    private const ushort And = 0x54;               // BPF_ALU | BPF_AND | BPF_K
    private const ushort Return = 0x06;            // BPF_RET | BPF_K
    private const ushort JumpIfEqual = 0x15;       // BPF_JMP | BPF_JEQ | BPF_K
    private const ushort JumpIfGreater = 0x25;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort JumpIfAnyBit = 0x45;

    private const uint NumberAt = 0;               // in the kernel's struct seccomp_data
    private const uint ArchitectureAt = 4;
    private const uint ArgumentsAt = 16;           // 8 bytes each, the lower half first
    private const uint X32Bit = 0x4000_0000;

    private static readonly uint s_architecture = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 0xC000_003E : 0xC000_00B7;

    private readonly List<FilterInstruction> _program = [];

    public SeccompFilter()
    {
        Add(Load, ArchitectureAt);
        Add(JumpIfEqual, s_architecture, 1, 0);
        Add(Return, KillProcess);
        Add(Load, NumberAt);                       // stays in the accumulator between the calls' instructions
        Add(JumpIfAtLeast, X32Bit, 0, 1);
        Add(Return, KillProcess);
    }

    /// <summary>The verdict that has a call fail with an error, without being made.</summary>
    public static uint Refuse(int error) => Fail | (uint)error;

    /// <summary>Decides about a call by its arguments: the first case whose tests all hold counts.</summary>
    /// <param name="call">The name of a call in <see cref="SystemCalls"/>; ignored if this architecture does not have it.</param>
    /// <param name="otherwise">The verdict if no case holds.</param>
    /// <param name="cases">The cases.</param>
    public void Decide(string call, uint otherwise, params ReadOnlySpan<FilterCase> cases)
    {
        int number = SystemCalls.NumberOf(call);
        if (number < 0)
        {
            return;
        }

        var block = new List<FilterInstruction>();
        foreach (FilterCase one in cases)
        {
            block.AddRange(InstructionsOf(one));
        }

        block.Add(new FilterInstruction(Return, otherwise));
        Add(JumpIfEqual, (uint)number, 0, checked((byte)block.Count));
        _program.AddRange(block);
    }

    /// <summary>Allows some of the calls about which nothing was decided, and refuses all others. Ends the program.</summary>
    public FilterInstruction[] AllowOnly(IEnumerable<SystemCall> calls)
    {
        int[] numbers = [.. calls.Select(static call => call.Number).Where(static number => number >= 0).Distinct().Order()];
        for (int first = 0; first < numbers.Length;)
        {
            int last = first;
            while (last + 1 < numbers.Length && numbers[last + 1] == numbers[last] + 1)
            {
                last++;
            }

            Add(JumpIfGreater, (uint)numbers[last], 3, 0);
            Add(JumpIfAtLeast, (uint)numbers[first], 0, 1);
            Add(Return, Allow);
            Add(Return, Refuse(Errno.NotPermitted));
            first = last + 1;
        }

        // a call that this table does not know is one that an older kernel does not have: libraries are prepared for that
        Add(JumpIfGreater, SystemCalls.LastKnown, 1, 0);
        Add(Return, Refuse(Errno.NotPermitted));
        Add(Return, Refuse(Errno.NoSystemCall));
        return [.. _program];
    }

    /// <summary>Allows all calls about which nothing was decided. Ends the program.</summary>
    public FilterInstruction[] AllowRest()
    {
        Add(Return, Allow);
        return [.. _program];
    }

    /// <summary>Built from its end, since a test that does not hold jumps over the rest of its case.</summary>
    private static List<FilterInstruction> InstructionsOf(FilterCase one)
    {
        List<FilterInstruction> rest = [new FilterInstruction(Return, one.Verdict)];
        for (int at = one.Tests.Length - 1; at >= 0; at--)
        {
            FilterTest test = one.Tests[at];
            byte end = (byte)rest.Count;
            rest.Insert(0, test.Kind switch
            {
                FilterTestKind.AnyBit => new FilterInstruction(JumpIfAnyBit, test.Value, 0, end),
                FilterTestKind.AtMost => new FilterInstruction(JumpIfGreater, test.Value, end, 0),
                _ => new FilterInstruction(JumpIfEqual, test.Value, 0, end),
            });
            if (test.Mask != uint.MaxValue)
            {
                rest.Insert(0, new FilterInstruction(And, test.Mask));
            }

            rest.Insert(0, new FilterInstruction(Load, ArgumentsAt + (8 * (uint)test.Argument)));
        }

        return rest;
    }

    private void Add(ushort code, uint operand, byte ifTrue = 0, byte ifFalse = 0) =>
        _program.Add(new FilterInstruction(code, operand, ifTrue, ifFalse));
}

/// <summary>An instruction (the kernel's <c>struct sock_filter</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FilterInstruction(ushort code, uint operand, byte ifTrue = 0, byte ifFalse = 0)
{
    public readonly ushort Code = code;
    public readonly byte IfTrue = ifTrue;     // how many instructions to skip
    public readonly byte IfFalse = ifFalse;
    public readonly uint Operand = operand;
}

/// <summary>A verdict about a call whose arguments pass some tests.</summary>
internal readonly record struct FilterCase(uint Verdict, params FilterTest[] Tests);

/// <summary>A test of the lower half of an argument: flags, descriptors, and process ids have no other.</summary>
internal readonly record struct FilterTest(int Argument, FilterTestKind Kind, uint Value, uint Mask = uint.MaxValue)
{
    public static FilterTest Equal(int argument, int value) => new(argument, FilterTestKind.Equal, (uint)value);

    public static FilterTest AnyBit(int argument, uint bits) => new(argument, FilterTestKind.AnyBit, bits);

    public static FilterTest AtMost(int argument, int value) => new(argument, FilterTestKind.AtMost, (uint)value);

    /// <summary>Whether some bits of the argument have a value.</summary>
    public static FilterTest Masked(int argument, uint mask, int value) => new(argument, FilterTestKind.Equal, (uint)value, mask);
}

internal enum FilterTestKind
{
    Equal,
    AnyBit,
    AtMost,
}
