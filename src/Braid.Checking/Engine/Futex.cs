using System.Runtime.InteropServices;

namespace Braid.Checking.Engine;

/// <summary>Sleeping on a word of this process's memory, and waking who does. A sleep and a wake cost a third of those of a monitor.</summary>
internal static unsafe partial class Futex
{
    private const int PrivateFlag = 128;
    private const int WaitOperation = 0 | PrivateFlag;
    private const int WakeOperation = 1 | PrivateFlag;

    private static readonly long s_number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 202 : 98;   // arm64, riscv64, loongarch64

    /// <summary>On Linux with 64 bits.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>Sleeps while the word holds the expected value, until somebody wakes it. May return for no reason.</summary>
    public static void Wait(int* word, int expected) => _ = SystemCall(s_number, word, WaitOperation, expected, 0, 0, 0);

    /// <summary>Wakes one sleeper.</summary>
    public static void Wake(int* word) => _ = SystemCall(s_number, word, WakeOperation, 1, 0, 0, 0);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(long number, int* word, nint operation, nint value, nint timeout, nint word2, nint value3);
}
