using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Braid.Multiprocessing;

/// <summary>A socket, closed once no call uses it any more.</summary>
internal sealed class SocketHandle : SafeHandleMinusOneIsInvalid
{
    public SocketHandle(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    protected override bool ReleaseHandle()
    {
        Descriptors.Close((int)handle);
        return true;
    }
}

/// <summary>
/// Stream sockets. No call blocks but <see cref="ReceiveOrWait"/>. A result below zero is an error number, negated.
/// </summary>
internal static unsafe partial class SocketCalls
{
    private const int Stream = 1;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int NoSignal = 0x4000;
    private const int NeverWait = 0x40;
    private const int MoreFollows = 0x8000;
    private const int BothWays = 2;
    private const int SocketLevel = 1;
    private const int ReuseAddress = 2;
    private const int PendingError = 4;
    private const int KeepAliveProbes = 9;
    private const int Credentials = 17;        // SO_PEERCRED
    private const int ReceiveTimeout = 20;
    private const int PeerDescriptor = 77;     // SO_PEERPIDFD, since Linux 6.5
    private const int SetStatus = 4;           // F_SETFL
    private const int TcpLevel = 6;
    private const int NoDelay = 1;
    private const int QuickAcknowledgement = 12;   // TCP_QUICKACK
    private const int LongestAddress = 128;

    /// <summary>Creates a socket for addresses of that kind.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    public static SocketHandle Create(SocketAddress address)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Connections between processes need Linux.");
        }

        int descriptor = Descriptors.AboveStandard(MakeSocket(FamilyOf(address), Stream | NonBlocking | CloseOnExec, 0));
        return descriptor >= 0
            ? new SocketHandle(descriptor)
            : throw new IOException($"The system refuses a socket: {Errno.LastText()}.");
    }

    public static int Bind(SocketHandle socket, SocketAddress address)
    {
        fixed (byte* bytes = address.Buffer.Span)
        {
            return Outcome(Bind(socket, bytes, address.Size));
        }
    }

    public static int Listen(SocketHandle socket, int backlog) => Outcome(StartListening(socket, backlog));

    /// <returns>Zero; or the error, which is <see cref="Errno.InProgress"/> until the socket becomes writable.</returns>
    public static int Connect(SocketHandle socket, SocketAddress address)
    {
        fixed (byte* bytes = address.Buffer.Span)
        {
            return Outcome(Connect(socket, bytes, address.Size));
        }
    }

    /// <summary>Takes the next peer, if there is one.</summary>
    /// <param name="listening">The listening socket.</param>
    /// <param name="template">An address of the listener's kind.</param>
    /// <param name="peer">The peer's address.</param>
    /// <param name="error">Why there is none: an error number.</param>
    public static SocketHandle? Accept(SocketHandle listening, SocketAddress template, out SocketAddress peer, out int error)
    {
        peer = new SocketAddress(template.Family, LongestAddress);
        int size = LongestAddress;
        fixed (byte* bytes = peer.Buffer.Span)
        {
            int accepted = Accept(listening, bytes, &size, NonBlocking | CloseOnExec);
            error = accepted < 0 ? Marshal.GetLastPInvokeError() : 0;
            peer.Size = Math.Clamp(size, sizeof(ushort), LongestAddress);
            return accepted < 0 ? null : new SocketHandle(Descriptors.AboveStandard(accepted));
        }
    }

    /// <summary>The address to which the socket is bound.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static SocketAddress OwnAddress(SocketHandle socket, SocketAddress template)
    {
        var own = new SocketAddress(template.Family, LongestAddress);
        int size = LongestAddress;
        fixed (byte* bytes = own.Buffer.Span)
        {
            if (GetName(socket, bytes, &size) != 0)
            {
                throw new IOException($"The system does not tell the address of a socket: {Errno.LastText()}.");
            }
        }

        own.Size = Math.Min(size, LongestAddress);
        return own;
    }

    /// <summary>The error of an attempt to connect that has ended; zero if it succeeded.</summary>
    public static int ErrorOf(SocketHandle socket)
    {
        int error = 0;
        int size = sizeof(int);
        return GetOption(socket, SocketLevel, PendingError, &error, &size) == 0 ? error : Marshal.GetLastPInvokeError();
    }

    public static void AllowReuseOfAddress(SocketHandle socket) => SetOption(socket, SocketLevel, ReuseAddress);

    /// <summary>Has every message leave at once, also a short one while an earlier one is not acknowledged yet.</summary>
    public static void SendWithoutDelay(SocketHandle socket) => SetOption(socket, TcpLevel, NoDelay);

    /// <summary>Has TCP acknowledge what has come now, and not up to 40 ms later.</summary>
    public static void Acknowledge(SocketHandle socket) => SetOption(socket, TcpLevel, QuickAcknowledgement);

    /// <summary>Whether TCP acknowledges what comes at once. For tests.</summary>
    internal static bool AcknowledgesAtOnce(SocketHandle socket)
    {
        int isQuick = 0;
        int size = sizeof(int);
        return GetOption(socket, TcpLevel, QuickAcknowledgement, &isQuick, &size) == 0 && isQuick != 0;
    }

    /// <summary>Has the system probe a peer that is silent for hours, so that the connection ends when its machine is gone.</summary>
    public static void KeepAlive(SocketHandle socket) => SetOption(socket, SocketLevel, KeepAliveProbes);

    /// <summary>The process that has connected a Unix socket.</summary>
    /// <returns>0 if the system does not say: the peer is on another machine, or in a container that hides it.</returns>
    public static int PeerPid(SocketHandle socket)
    {
        int* credentials = stackalloc int[3];   // struct ucred: pid, uid, gid
        int size = 3 * sizeof(int);
        return GetOption(socket, SocketLevel, Credentials, credentials, &size) == 0 ? Math.Max(0, credentials[0]) : 0;
    }

    /// <summary>Opens a descriptor that is readable once the process that has connected a Unix socket has ended.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="pid">What <see cref="PeerPid"/> has returned.</param>
    /// <returns>Null if the process has ended and was reaped, or the system refuses.</returns>
    public static SocketHandle? OpenPeer(SocketHandle socket, int pid)
    {
        int descriptor = -1;
        int size = sizeof(int);
        if (GetOption(socket, SocketLevel, PeerDescriptor, &descriptor, &size) != 0)
        {
            descriptor = ChildStatus.Open(pid);   // an older system
        }

        return descriptor >= 0 ? new SocketHandle(Descriptors.AboveStandard(descriptor)) : null;
    }

    /// <returns>How many bytes were received; 0 at the end of the stream; an error, negated.</returns>
    public static int Receive(SocketHandle socket, Span<byte> buffer)
    {
        fixed (byte* first = buffer)
        {
            nint received;
            do
            {
                received = Receive(socket, first, (nuint)buffer.Length, NeverWait);
            }
            while (received < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
            return received < 0 ? -Marshal.GetLastPInvokeError() : (int)received;
        }
    }

    /// <summary>Has <see cref="ReceiveOrWait"/> wait, and for so long at most. No other call is changed by it.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void LimitWaits(SocketHandle socket, int milliseconds)
    {
        long* limit = stackalloc long[] { 0, milliseconds * 1000L };   // struct timeval: seconds and microseconds
        if (SetOption(socket, SocketLevel, ReceiveTimeout, limit, sizeof(long) * 2) != 0 || Control(socket, SetStatus, 0) != 0)
        {
            throw new IOException($"The system refuses to limit the waits for a socket: {Errno.LastText()}.");
        }
    }

    /// <summary>Blocks until something is received, but not for longer than was set. May return early.</summary>
    /// <returns>As <see cref="Receive(SocketHandle, Span{byte})"/>; <see cref="Errno.TryAgain"/> if nothing came.</returns>
    public static int ReceiveOrWait(SocketHandle socket, Span<byte> buffer)
    {
        fixed (byte* first = buffer)
        {
            nint received = Receive(socket, first, (nuint)buffer.Length, 0);
            return received >= 0 ? (int)received
                : Marshal.GetLastPInvokeError() is not Errno.Interrupted and int error ? -error
                : -Errno.TryAgain;
        }
    }

    /// <param name="socket">The socket.</param>
    /// <param name="bytes">What to send.</param>
    /// <param name="moreFollows">Whether the system may wait for more before it sends them.</param>
    /// <returns>How many bytes the system took; an error, negated.</returns>
    public static int Send(SocketHandle socket, ReadOnlySpan<byte> bytes, bool moreFollows)
    {
        fixed (byte* first = bytes)
        {
            nint sent;
            do
            {
                sent = Send(socket, first, (nuint)bytes.Length, NoSignal | NeverWait | (moreFollows ? MoreFollows : 0));
            }
            while (sent < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
            return sent < 0 ? -Marshal.GetLastPInvokeError() : (int)sent;
        }
    }

    /// <summary>Ends both directions: the peer sees the end of the stream, and waits for the socket end.</summary>
    public static void ShutDown(SocketHandle socket) => _ = ShutDown(socket, BothWays);

    private static int FamilyOf(SocketAddress address) => BitConverter.ToUInt16(address.Buffer.Span);

    private static int Outcome(int result) => result == 0 ? 0 : Marshal.GetLastPInvokeError();

    private static void SetOption(SocketHandle socket, int level, int option)
    {
        int on = 1;
        _ = SetOption(socket, level, option, &on, sizeof(int));   // without it the socket works, only less well
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int MakeSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SocketHandle socket, byte* address, int size);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    private static partial int StartListening(SocketHandle socket, int backlog);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(SocketHandle socket, byte* address, int size);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept(SocketHandle socket, byte* address, int* size, int flags);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    private static partial int GetName(SocketHandle socket, byte* address, int* size);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(SocketHandle socket, int level, int option, int* value, int* size);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(SocketHandle socket, int level, int option, void* value, int size);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SocketHandle socket, int command, int argument);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SocketHandle socket, byte* buffer, nuint bytes, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SocketHandle socket, byte* buffer, nuint bytes, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int ShutDown(SocketHandle socket, int directions);
}
