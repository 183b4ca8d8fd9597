using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The error numbers of Linux that Braid distinguishes.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int NoProcess = 3;
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int NoMemory = 12;
    public const int AccessDenied = 13;
    public const int Exists = 17;
    public const int InvalidArgument = 22;
    public const int SystemFiles = 23;
    public const int ProcessFiles = 24;
    public const int NoSpace = 28;
    public const int BrokenPipe = 32;
    public const int NoSystemCall = 38;
    public const int ConnectionAborted = 103;
    public const int ConnectionReset = 104;
    public const int NoBuffers = 105;
    public const int ConnectionRefused = 111;
    public const int InProgress = 115;

    /// <summary>The system's text for the error of this thread's last call.</summary>
    public static string LastText() => Text(Marshal.GetLastPInvokeError());

    public static string Text(int error) => $"{Marshal.GetPInvokeErrorMessage(error)} (errno {error})";
}
