using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Braid.Multiprocessing;

/// <summary>The names in <c>/dev/shm</c> that must be removed when this process ends, however it ends.</summary>
/// <remarks>
/// <para>
/// No process can clean up after its own SIGKILL, so another one does. A process that makes named memory keeps a file beside it,
/// <c>braid-….track</c>, in which every block is recorded <em>before</em> it gets its name. The process holds the file's lock, which the
/// system releases when the process is gone, and at no other time. So a process that gets the lock of such a file knows, without trusting
/// any pid, that the file's process is dead, removes the names recorded there, and then the file.
/// </para>
/// <para>
/// A process that ends in an orderly way, or by a signal that asks it to end, removes its own names. After a death the parent sweeps, and
/// so does every process before it makes or opens its first named block, and when it finds a name taken. A block is identified by name and
/// inode: a name that denotes another block by now is left alone. Only files of the same user are trusted. Removing a name takes nothing
/// from a process that has the block mapped.
/// </para>
/// <para>
/// Record: the inode (8 bytes, 0: free), the length of the name (8 bytes), the name in UTF-8. The inode is written last and cleared first,
/// so a record exists or does not, wherever its writer is killed.
/// </para>
/// </remarks>
internal static class TrackedNames
{
    private const string Prefix = "braid-";
    private const string Suffix = ".track";
    private const int RecordBytes = 512;
    private const int NameAt = 16;

    private static readonly Threading.Lock s_gate = Threading.Lock.OfBraid();
    private static readonly Dictionary<(string Name, ulong Inode), int> s_records = [];   // record of each block; guarded by s_gate
    private static readonly Stack<int> s_free = [];   // records given back; guarded by s_gate
    private static SafeFileHandle? s_file;            // locked while this process lives; written once, under s_gate
    private static string s_fileName = "";            // written with s_file
    private static int s_swept;                       // 1 once this process has swept; by exchange

    /// <summary>Records a block. Call it before the block gets its name.</summary>
    /// <exception cref="IOException">The system refuses the file.</exception>
    public static void Add(string name, ulong inode)
    {
        using (s_gate.EnterScope())
        {
            SafeFileHandle file = s_file ??= Begin();
            int record = s_free.TryPop(out int free) ? free : s_records.Count;
            byte[] text = Encoding.UTF8.GetBytes(name);
            byte[] bytes = new byte[RecordBytes];
            MemoryMarshal.Write(bytes.AsSpan(8), (long)text.Length);
            text.CopyTo(bytes, NameAt);
            RandomAccess.Write(file, bytes, (long)record * RecordBytes);
            RandomAccess.Write(file, BitConverter.GetBytes(inode), (long)record * RecordBytes);
            s_records.Add((name, inode), record);
        }
    }

    /// <summary>Removes the record of a block whose name is gone, or was never given.</summary>
    public static void Forget(string name, ulong inode)
    {
        using (s_gate.EnterScope())
        {
            if (s_records.Remove((name, inode), out int record))
            {
                RandomAccess.Write(s_file!, BitConverter.GetBytes(0UL), (long)record * RecordBytes);
                s_free.Push(record);
            }
        }
    }

    /// <summary>Sweeps if this process has not done so yet.</summary>
    public static void SweepOnce()
    {
        // The read saves an exchange; the exchange makes one thread sweep.
        if (Volatile.Read(ref s_swept) == 0 && Interlocked.Exchange(ref s_swept, 1) == 0)
        {
            Sweep();
        }
    }

    /// <summary>
    /// Removes the names that dead processes have left. Never throws for those that cannot be removed, which the next sweep tries again;
    /// never blocks.
    /// </summary>
    public static void Sweep()
    {
        try
        {
            if (Directory.Exists(SharedFile.Folder))
            {
                foreach (string path in Directory.EnumerateFiles(SharedFile.Folder, $"{Prefix}*{Suffix}"))
                {
                    TrySweepFile(Path.GetFileName(path));
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // this process has no descriptor left
        }
    }

    private static void TrySweepFile(string fileName)
    {
        try
        {
            SweepFile(fileName);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // gone meanwhile, or another user's: not ours to remove
        }
    }

    private static void SweepFile(string fileName)
    {
        using SafeFileHandle? file = SharedFile.TryOpen(fileName);
        if (file is null || SharedFile.FactsOf(file) is not { IsRegular: true } facts || facts.User != SharedFile.CurrentUser()
            || !SharedFile.TryLock(file))
        {
            return;
        }

        byte[] record = new byte[RecordBytes];
        for (long offset = 0; RandomAccess.Read(file, record, offset) >= NameAt; offset += RecordBytes)
        {
            ulong inode = MemoryMarshal.Read<ulong>(record);
            long length = MemoryMarshal.Read<long>(record.AsSpan(8));
            if (inode != 0 && length is > 0 and <= SharedFile.MaxNameBytes)
            {
                SharedFile.Remove(Encoding.UTF8.GetString(record, NameAt, (int)length), inode);
            }
        }

        SharedFile.Remove(fileName, facts.Inode);
    }

    private static SafeFileHandle Begin()
    {
        SafeFileHandle file = SharedFile.CreateNameless();
        if (!SharedFile.TryLock(file))
        {
            throw new IOException(
                $"A new file in {SharedFile.Folder} cannot be locked ({Errno.LastText()}). Named shared memory needs file locks to be " +
                "tidied up after a crash; pass track: false to do without.");
        }

        s_fileName = $"{Prefix}{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}{Suffix}";
        _ = SharedFile.TryName(file, s_fileName)
            ? true
            : throw new IOException($"{SharedFile.PathOf(s_fileName)} exists already. Remove it.");
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => End();
        if (!ProcessTable.IsJoined)
        {
            // a worker's parent cleans up after it
            PosixSignals.BeforeDefault(End, PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP);
        }

        return file;
    }

    private static void End()
    {
        using (s_gate.EnterScope())
        {
            foreach ((string name, ulong inode) in s_records.Keys)
            {
                SharedFile.Remove(name, inode);
            }

            s_records.Clear();
            SharedFile.Remove(s_fileName, SharedFile.FactsOf(s_file!).Inode);
        }
    }
}
