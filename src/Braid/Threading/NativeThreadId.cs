using System.Runtime.InteropServices;

namespace Braid.Threading;

/// <summary>The kernel's id of the calling thread.</summary>
internal static partial class NativeThreadId
{
    /// <returns>The id, or null if the system has none that .NET can query.</returns>
    public static long? OfCaller()
    {
        if (OperatingSystem.IsLinux())
        {
            return GetTid();
        }

        if (OperatingSystem.IsWindows())
        {
            return GetCurrentThreadId();
        }

        return OperatingSystem.IsMacOS() && PThreadThreadId(0, out ulong id) == 0 ? (long)id : null;
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetTid();

    [LibraryImport("kernel32", EntryPoint = "GetCurrentThreadId")]
    private static partial uint GetCurrentThreadId();

    [LibraryImport("libpthread", EntryPoint = "pthread_threadid_np")]
    private static partial int PThreadThreadId(nint thread, out ulong id);
}
