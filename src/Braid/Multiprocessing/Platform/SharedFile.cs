using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Braid.Multiprocessing;

/// <summary>The files behind named shared memory: those that <c>shm_open</c> of the C library works on.</summary>
/// <remarks>
/// A file is created without a name, prepared, and only then given its name, in one step. So no process ever opens an unfinished one, and a
/// process that is killed in between leaves nothing.
/// </remarks>
internal static unsafe partial class SharedFile
{
    public const string Folder = "/dev/shm";
    public const int MaxNameBytes = 255;

    private const int ReadWrite = 2;
    private const int CloseOnExec = 0x80000;
    private const int NamelessFile = 0x400000;
    private const int OwnerOnly = 0x180;            // rw-------
    private const int CurrentFolder = -100;
    private const int FollowLink = 0x400;
    private const int NoFollowLink = 0x100;
    private const int OfDescriptor = 0x1000;
    private const int LockExclusive = 2;
    private const int LockNow = 4;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const long ReserveStep = 64 << 20;      // a signal interrupts a step, and an interrupted step starts again

    private static readonly bool s_isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    private static readonly int s_mustBeFolder = s_isArm ? 0x4000 : 0x10000;
    private static readonly int s_refuseLink = s_isArm ? 0x8000 : 0x20000;
    private static readonly long s_statusNumber = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 332 : 291;

    public static string PathOf(string name) => $"{Folder}/{name}";

    /// <summary>Creates an empty file that has no name yet; only its user may open it.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static SafeFileHandle CreateNameless()
    {
        SafeFileHandle file = Open(Folder, ReadWrite | CloseOnExec | NamelessFile | s_mustBeFolder, OwnerOnly);
        return file.IsInvalid ? throw Refused($"make a file in {Folder}") : file;
    }

    /// <returns>False if the name is taken.</returns>
    /// <exception cref="IOException">The system refuses for another reason.</exception>
    public static bool TryName(SafeFileHandle file, string name)
    {
        if (Link(CurrentFolder, $"/proc/self/fd/{file.DangerousGetHandle()}", CurrentFolder, PathOf(name), FollowLink) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == Errno.Exists ? false : throw Refused($"name a file {PathOf(name)}");
    }

    /// <returns>Null if nothing has that name.</returns>
    /// <exception cref="UnauthorizedAccessException">It belongs to another user.</exception>
    /// <exception cref="IOException">The system refuses for another reason, or it is not a plain file.</exception>
    public static SafeFileHandle? TryOpen(string name)
    {
        SafeFileHandle file = Open(PathOf(name), ReadWrite | CloseOnExec | s_refuseLink, 0);
        if (!file.IsInvalid)
        {
            return file;
        }

        return Marshal.GetLastPInvokeError() switch
        {
            Errno.NoEntry => null,
            Errno.AccessDenied or Errno.NotPermitted =>
                throw new UnauthorizedAccessException(
                    $"{PathOf(name)} belongs to another user, or may not be written. Shared memory is for processes of one user."),
            _ => throw Refused($"open {PathOf(name)}"),
        };
    }

    /// <summary>Makes sure that every byte up to this size has its memory, so that no later access can fail for lack of it.</summary>
    /// <exception cref="IOException">There is not that much left.</exception>
    public static void Reserve(SafeFileHandle file, long bytes)
    {
        if (bytes > new DriveInfo(Folder).AvailableFreeSpace)
        {
            throw Full(bytes, Errno.NoSpace);   // before everything that is left is taken, only to be given back
        }

        for (long offset = 0; offset < bytes; offset += ReserveStep)
        {
            int error;
            do
            {
                error = Allocate(file, offset, Math.Min(ReserveStep, bytes - offset));
            }
            while (error == Errno.Interrupted);

            if (error != 0)
            {
                throw Full(bytes, error);
            }
        }
    }

    /// <summary>Takes the file's lock, which the system releases when this process ends, however it ends.</summary>
    /// <returns>False if another process has it.</returns>
    public static bool TryLock(SafeFileHandle file) => Lock(file, LockExclusive | LockNow) == 0;

    public static bool IsTaken(string name) => Status(CurrentFolder, PathOf(name), NoFollowLink) is not null;

    public static FileFacts FactsOf(SafeFileHandle file) =>
        Status((int)file.DangerousGetHandle(), "", OfDescriptor) ?? throw Refused("tell what a shared file is");

    /// <summary>Removes the name of the given file.</summary>
    /// <param name="name">The name.</param>
    /// <param name="inode">
    /// The file's inode number. If the name denotes another file by now, that one keeps it; only a rename between the check and the removal
    /// goes unnoticed.
    /// </param>
    /// <returns>False if the file no longer had the name.</returns>
    public static bool Remove(string name, ulong inode) =>
        Status(CurrentFolder, PathOf(name), NoFollowLink) is FileFacts facts && facts.Inode == inode && Unlink(PathOf(name)) == 0;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint CurrentUser();

    private static FileFacts? Status(int folder, string path, int flags)
    {
        StatusBlock block;
        fixed (byte* text = System.Text.Encoding.UTF8.GetBytes(path + '\0'))
        {
            const uint BasicFacts = 0x7FF;
            return SystemCall(s_statusNumber, folder, (nint)text, flags, (nint)BasicFacts, (nint)(&block)) != 0
                ? null
                : new FileFacts(block.Inode, block.Bytes, block.User, (block.Mode & TypeMask) == RegularFile);
        }
    }

    private static IOException Full(long bytes, int error) =>
        new(
            $"There is no room for {bytes:N0} bytes of shared memory in {Folder}: {Errno.Text(error)}. Close and unlink blocks that are " +
            $"done with, or give {Folder} more room (in a container: --shm-size).");

    private static IOException Refused(string what) => new($"The system refuses to {what}: {Errno.LastText()}.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(int fromFolder, string from, int toFolder, string to, int flags);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int Allocate(SafeFileHandle file, long offset, long bytes);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(long number, nint a, nint b, nint c, nint d, nint e);

    /// <summary>The kernel's <c>struct statx</c>, the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatusBlock
    {
        [FieldOffset(20)]
        public uint User;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public long Bytes;
    }
}

/// <summary>The system's record of a file.</summary>
/// <param name="Inode">Its inode number: no other file of the folder has it at the same time.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="User">The number of the user who owns it.</param>
/// <param name="IsRegular">Whether it is a plain file.</param>
internal readonly record struct FileFacts(ulong Inode, long Bytes, uint User, bool IsRegular);
