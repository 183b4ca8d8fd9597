using System.Runtime.InteropServices;
using System.Text;

namespace Braid.Multiprocessing;

/// <summary>Anonymous memory with a file descriptor, which other processes can map too.</summary>
internal static unsafe partial class SharedMapping
{
    private const uint CloseOnExec = 1;
    private const uint AllowSealing = 2;
    private const uint NeverExecutable = 8;   // since Linux 6.3; hardened systems refuse memory without it (vm.memfd_noexec = 2)
    private const int AddSeals = 1033;
    private const int SealSeal = 1;
    private const int SealShrink = 2;
    private const int SealGrow = 4;
    private const int ReadWrite = 2;
    private const int OpenCloseOnExec = 0x80000;
    private const int ProtectReadWrite = 3;
    private const int Shared = 1;
    private const int Private = 2;
    private const int Fixed = 0x10;
    private const int Anonymous = 0x20;
    private const int NoReserve = 0x4000;
    private const int PunchHole = 2;
    private const int KeepSize = 1;
    private const int SeekEnd = 2;

    /// <summary>Creates zeroed memory of a fixed size, so that no other process can make an access fail.</summary>
    /// <returns>Its descriptor, closed when a program is executed.</returns>
    /// <exception cref="IOException">The system refuses.</exception>
    public static int Create(string name, long bytes)
    {
        int descriptor = MemFdCreate(name, CloseOnExec | AllowSealing | NeverExecutable);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == Errno.InvalidArgument)
        {
            descriptor = MemFdCreate(name, CloseOnExec | AllowSealing);
        }

        if (descriptor < 0)
        {
            throw Refused($"make {bytes:N0} bytes of shared memory (memfd_create)");
        }

        if (FTruncate(descriptor, bytes) != 0 || Control(descriptor, AddSeals, SealSeal | SealShrink | SealGrow) != 0)
        {
            IOException refused = Refused($"give shared memory its size of {bytes:N0} bytes");
            _ = Close(descriptor);
            throw refused;
        }

        return Descriptors.AboveStandard(descriptor);
    }

    /// <summary>Opens a descriptor of another process of the same user in this process.</summary>
    /// <returns>-1 if that process is gone, has closed it, or may not be accessed.</returns>
    public static int OpenOf(int pid, int descriptor) =>
        Descriptors.AboveStandard(Open($"/proc/{pid}/fd/{descriptor}", ReadWrite | OpenCloseOnExec, 0));

    public static long SizeOf(int descriptor) => Seek(descriptor, 0, SeekEnd);

    /// <exception cref="IOException">The system refuses.</exception>
    public static byte* Map(int descriptor, long bytes)
    {
        void* address = MMap(null, (nuint)bytes, ProtectReadWrite, Shared | NoReserve, descriptor, 0);
        return address == (void*)-1 ? throw Refused($"map {bytes:N0} bytes of shared memory") : (byte*)address;
    }

    /// <summary>
    /// Unmaps the shared memory and puts private zeroes in its place, so that a late access reads zeroes instead of ending the process.
    /// </summary>
    public static void Replace(byte* address, long bytes) =>
        _ = MMap(address, (nuint)bytes, ProtectReadWrite, Private | Anonymous | Fixed | NoReserve, -1, 0);

    public static void Unmap(byte* address, long bytes) => _ = MUnmap(address, (nuint)bytes);

    /// <summary>Gives the pages of a range back to the system; they read as zeroes afterwards.</summary>
    public static void Free(int descriptor, long offset, long bytes) => _ = FAllocate(descriptor, PunchHole | KeepSize, offset, bytes);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    private static IOException Refused(string what) => new($"The system refuses to {what}: {Errno.LastText()}.");

    private static int MemFdCreate(string name, uint flags)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
        {
            return MemFdCreate(text, flags);
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true)]
    private static partial int MemFdCreate(byte* name, uint flags);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int FTruncate(int descriptor, long bytes);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* MMap(void* address, nuint bytes, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int MUnmap(void* address, nuint bytes);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int FAllocate(int descriptor, int mode, long offset, long bytes);
}
