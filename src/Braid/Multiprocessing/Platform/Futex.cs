using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Sleeping on a word of shared memory, and waking the sleepers.</summary>
/// <remarks>The flag for private futexes must never be set: with it, a waker in one process does not find a sleeper in another.</remarks>
internal static unsafe partial class Futex
{
    public const int MaxVector = 128;   // how many words futex_waitv takes at once

    private const int WaitOperation = 0;
    private const int WakeOperation = 1;
    private const long WaitVectorNumber = 449;   // the same on every architecture
    private const int ClockMonotonic = 1;

    private static readonly long s_number = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 202,
        _ => 98,   // arm64, riscv64, loongarch64
    };

    /// <summary>Sleeps while the word holds the expected value, until it is woken or the time is up. May return spuriously.</summary>
    /// <param name="word">Four-byte aligned, in a shared mapping.</param>
    /// <param name="expected">If the word holds another value, the call returns at once.</param>
    /// <param name="milliseconds">How long to sleep at most; -1 for no limit.</param>
    public static void Wait(int* word, int expected, int milliseconds)
    {
        if (milliseconds < 0)
        {
            _ = SystemCall(s_number, (nint)word, WaitOperation, expected, 0, 0, 0);
            return;
        }

        TimeSpec timeout = new(milliseconds / 1000, milliseconds % 1000 * 1_000_000);
        _ = SystemCall(s_number, (nint)word, WaitOperation, expected, (nint)(&timeout), 0, 0);
    }

    /// <summary>Wakes up to the given number of sleepers.</summary>
    public static void Wake(int* word, int count = 1) => _ = SystemCall(s_number, (nint)word, WakeOperation, count, 0, 0, 0);

    /// <summary>Sleeps while each of the words holds its expected value.</summary>
    /// <returns>False if the kernel does not know this call (before 5.16) or a sandbox refuses it.</returns>
    public static bool WaitAny(ReadOnlySpan<FutexWaiter> words, int milliseconds)
    {
        TimeSpec until = default;
        if (milliseconds >= 0)
        {
            _ = ClockGetTime(ClockMonotonic, &until);
            long nanoseconds = until.Nanoseconds + (milliseconds % 1000 * 1_000_000L);
            until = new TimeSpec(until.Seconds + (milliseconds / 1000) + (nanoseconds / 1_000_000_000), nanoseconds % 1_000_000_000);
        }

        fixed (FutexWaiter* first = words)
        {
            nint result =
                SystemCall(WaitVectorNumber, (nint)first, words.Length, 0, milliseconds >= 0 ? (nint)(&until) : 0, ClockMonotonic, 0);
            return result >= 0 || Marshal.GetLastPInvokeError() is not (Errno.NoSystemCall or Errno.NotPermitted);
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(long number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, TimeSpec* time);

    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}

/// <summary>A word to sleep on and the value it must hold (the kernel's <c>struct futex_waitv</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct FutexWaiter(int* word, int expected)
{
    private const uint Size32Bits = 2;

    private readonly ulong _expected = (uint)expected;
    private readonly ulong _address = (ulong)word;
    private readonly uint _flags = Size32Bits;
    private readonly uint _reserved = 0;
}
