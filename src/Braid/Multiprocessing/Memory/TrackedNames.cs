using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Braid.Multiprocessing;

/// <summary>The names in <c>/dev/shm</c> that are to go when this process ends, however it ends.</summary>
/// <remarks>
/// <para>
/// No process can tidy up after its own SIGKILL, so another one does. A process that makes named memory has one file of its own beside it,
/// <c>braid-….track</c>, in which every block is written down <em>before</em> it gets its name. The process holds the file's lock; the
/// system takes the lock away when the process is gone, and at no other time. So whoever gets the lock of such a file knows that its
/// process is dead, without trusting any pid, removes what is written there, and then the file.
/// </para>
/// <para>
/// A process that ends in an orderly way, or by a signal that asks it to end, removes its own. After a death the parent sweeps, and so does every process before it makes or
/// opens its first named block, and when it finds a name taken. A block is known by name and inode: a name that means another block by
/// now is left alone. Only files of the own user are believed. Removing a name takes nothing from a process that has the block mapped.
/// </para>
/// <para>
/// Record: the inode (8 bytes, 0: free), the length of the name (8 bytes), the name in UTF-8. The inode is written last and cleared first,
/// so a record is there or not, wherever its writer is killed.
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

    /// <summary>Writes a block down. To be called before it gets its name.</summary>
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

    /// <summary>Crosses a block out: its name is gone, or was never given.</summary>
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
        // The read spares an exchange; the exchange has one thread sweep.
        if (Volatile.Read(ref s_swept) == 0 && Interlocked.Exchange(ref s_swept, 1) == 0)
        {
            Sweep();
        }
    }

    /// <summary>Removes what dead processes have left. Never throws for what cannot be removed; never blocks.</summary>
    public static void Sweep()
    {
        if (!Directory.Exists(SharedFile.Folder))
        {
            return;
        }

        foreach (string path in Directory.EnumerateFiles(SharedFile.Folder, $"{Prefix}*{Suffix}"))
        {
            try
            {
                SweepFile(Path.GetFileName(path));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // gone meanwhile, or another user's: not ours to remove
            }
        }
    }

    private static void SweepFile(string fileName)
    {
        using SafeFileHandle? file = SharedFile.TryOpen(fileName);
        if (file is null || SharedFile.FactsOf(file) is not { IsRegular: true } facts || facts.User != SharedFile.CurrentUser() || !SharedFile.TryLock(file))
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
            throw new IOException($"A new file in {SharedFile.Folder} cannot be locked ({Errno.LastText()}). Named shared memory needs file locks to be tidied up after a crash; pass track: false to do without.");
        }

        s_fileName = $"{Prefix}{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}{Suffix}";
        _ = SharedFile.TryName(file, s_fileName) ? true : throw new IOException($"{SharedFile.PathOf(s_fileName)} exists already. Remove it.");
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => End();
        if (!ProcessTable.IsJoined)
        {
            PosixSignals.BeforeDefault(End, PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP);   // a worker's parent tidies up after it
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
