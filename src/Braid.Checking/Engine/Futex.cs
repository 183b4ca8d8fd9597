using System.Runtime.InteropServices;

namespace Braid.Checking.Engine;

/// <summary>Lets threads sleep on a word of this process's memory, and wakes them. Costs a third of a monitor's wait and pulse.</summary>
internal static unsafe partial class Futex
{
    private const int PrivateFlag = 128;
    private const int WaitOperation = 0 | PrivateFlag;
    private const int WakeOperation = 1 | PrivateFlag;

    // 98 on arm64, riscv64 and loongarch64.
    private static readonly long s_number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 202 : 98;

    /// <summary>Whether this is a 64-bit process on Linux.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>
    /// Sleeps if the word holds the expected value, until another thread calls <see cref="Wake"/>. May return spuriously.
    /// </summary>
    public static void Wait(int* word, int expected) => _ = SystemCall(s_number, word, WaitOperation, expected, 0, 0, 0);

    /// <summary>Wakes one thread that sleeps on the word.</summary>
    public static void Wake(int* word) => _ = SystemCall(s_number, word, WakeOperation, 1, 0, 0, 0);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(long number, int* word, nint operation, nint value, nint timeout, nint word2, nint value3);
}
