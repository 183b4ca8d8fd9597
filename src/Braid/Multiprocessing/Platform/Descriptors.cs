using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Pipes, and waiting for descriptors.</summary>
internal static unsafe partial class Descriptors
{
    public const short Readable = 1;
    public const short Writable = 4;

    private const short HungUp = 0x10;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int DuplicateAbove = 1030;   // F_DUPFD_CLOEXEC
    private const int SetFlags = 2;            // F_SETFD
    private const int GetStatus = 3;           // F_GETFL
    private const int SetStatus = 4;           // F_SETFL
    private const int CloseOnExecFlag = 1;

    /// <summary>Creates a pipe whose ends are closed when a program is executed.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static (int Read, int Write) Pipe()
    {
        int* ends = stackalloc int[2];
        return MakePipe(ends, CloseOnExec) == 0
            ? (ends[0], ends[1])
            : throw new IOException($"The system refuses a pipe: {Errno.LastText()}.");
    }

    /// <summary>Creates a counter that <see cref="Poll(Span{PollEntry}, int)"/> can wait for.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static int Event()
    {
        int descriptor = AboveStandard(MakeEvent(0, CloseOnExec | NonBlocking));
        return descriptor >= 0 ? descriptor : throw new IOException($"The system refuses an event descriptor: {Errno.LastText()}.");
    }

    /// <summary>Wakes the threads that poll the event.</summary>
    public static void Signal(int eventDescriptor)
    {
        ulong one = 1;
        _ = Write(eventDescriptor, &one, sizeof(ulong));
    }

    /// <summary>Duplicates a descriptor, with a number that is at least as high as given.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static int Raise(int descriptor, int atLeast)
    {
        int raised = Control(descriptor, DuplicateAbove, atLeast);
        return raised >= 0
            ? raised
            : throw new IOException(
                $"The system refuses a descriptor numbered {atLeast} or more: {Errno.LastText()}. The limit of open files (ulimit -n) " +
                "may be too low.");
    }

    /// <summary>
    /// Moves a descriptor above those of the standard streams, which a program may have closed: otherwise its output would go to this
    /// descriptor.
    /// </summary>
    /// <param name="descriptor">A fresh descriptor; a negative number is returned unchanged.</param>
    /// <exception cref="IOException">The system refuses.</exception>
    public static int AboveStandard(int descriptor)
    {
        if (descriptor is < 0 or > 2)
        {
            return descriptor;
        }

        try
        {
            return Raise(descriptor, 3);
        }
        finally
        {
            Close(descriptor);
        }
    }

    public static void CloseWhenExecuting(int descriptor) => _ = Control(descriptor, SetFlags, CloseOnExecFlag);

    public static void NeverBlock(int descriptor) => _ = Control(descriptor, SetStatus, Control(descriptor, GetStatus, 0) | NonBlocking);

    /// <summary>Waits until one of the descriptors is ready; the entries then say which. May return spuriously.</summary>
    public static void Poll(Span<PollEntry> entries, int milliseconds)
    {
        fixed (PollEntry* first = entries)
        {
            if (Poll(first, (nuint)entries.Length, milliseconds) < 0)
            {
                foreach (ref PollEntry entry in entries)
                {
                    entry.Has = 0;
                }
            }
        }
    }

    /// <summary>Whether no process has the write end of a pipe open any more.</summary>
    public static bool IsHungUp(int pipe)
    {
        Span<PollEntry> one = [new PollEntry(pipe)];
        Poll(one, milliseconds: 0);
        return (one[0].Has & HungUp) != 0;
    }

    /// <returns>How many bytes were read; 0 at the end; -1 if there are none now.</returns>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* first = buffer)
        {
            while (true)
            {
                nint read = Read(descriptor, first, (nuint)buffer.Length);
                if (read >= 0)
                {
                    return (int)read;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error != Errno.Interrupted)
                {
                    return error == Errno.TryAgain ? -1 : 0;
                }
            }
        }
    }

    public static void Close(int descriptor) => _ = SharedMapping.Close(descriptor);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int MakePipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int MakeEvent(uint start, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, void* buffer, nuint bytes);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, void* buffer, nuint bytes);
}

/// <summary>A descriptor, the events to wait for, and those that occurred (the system's <c>struct pollfd</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry(int descriptor)
{
    public int Descriptor = descriptor;
    public short Wanted = Descriptors.Readable;
    public short Has;
}
