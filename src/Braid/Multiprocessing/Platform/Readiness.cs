using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The system's set of sockets to watch (epoll). A socket leaves it by being closed.</summary>
internal static unsafe partial class Readiness
{
    public const uint CanReceive = 0x1;
    public const uint CanSend = 0x4;
    public const uint Failed = 0x8;
    public const uint HungUp = 0x10;

    private const uint OneShot = 1u << 30;
    private const int CloseOnExec = 0x80000;
    private const int AddSocket = 1;
    private const int ChangeSocket = 3;

    // struct epoll_event: the events, then the number that was given; packed on x64 alone
    private static readonly int s_numberAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int s_entryBytes = s_numberAt + sizeof(long);

    /// <exception cref="IOException">The system refuses.</exception>
    public static int CreateSet()
    {
        int set = Descriptors.AboveStandard(Create(CloseOnExec));
        return set >= 0 ? set : throw new IOException($"The system refuses to watch sockets: {Errno.LastText()}.");
    }

    /// <summary>Has one event of the socket reported, once.</summary>
    /// <param name="set">The set.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="events">Which events.</param>
    /// <param name="number">What to report with them.</param>
    /// <param name="isNew">Whether the socket is not in the set yet.</param>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void Watch(int set, SocketHandle socket, uint events, long number, bool isNew)
    {
        byte* entry = stackalloc byte[2 * sizeof(long)];
        *(uint*)entry = events | OneShot;
        Unsafe.WriteUnaligned(entry + s_numberAt, number);
        if (Control(set, isNew ? AddSocket : ChangeSocket, socket, entry) != 0)
        {
            throw new IOException($"The system refuses to watch a socket: {Errno.LastText()}.");
        }
    }

    /// <summary>Waits until sockets of the set are ready.</summary>
    /// <returns>How many entries of the results are filled.</returns>
    public static int Wait(int set, Span<(long Number, uint Events)> results)
    {
        byte* entries = stackalloc byte[results.Length * 2 * sizeof(long)];
        int count = Math.Max(0, Wait(set, entries, results.Length, Timeout.Infinite));   // below zero: interrupted by a signal
        for (int i = 0; i < count; i++)
        {
            byte* entry = entries + (i * s_entryBytes);
            results[i] = (Unsafe.ReadUnaligned<long>(entry + s_numberAt), *(uint*)entry);
        }

        return count;
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int set, int operation, SocketHandle socket, byte* entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int set, byte* entries, int count, int milliseconds);
}
