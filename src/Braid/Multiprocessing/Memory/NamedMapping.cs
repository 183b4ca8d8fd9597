using Microsoft.Win32.SafeHandles;

namespace Braid.Multiprocessing;

/// <summary>A named block as this process has it mapped.</summary>
/// <remarks>After <see cref="Close"/> what is still read reads as zeroes. It is not unmapped while a span may be in use (<see cref="Quarantine"/>).</remarks>
internal sealed unsafe class NamedMapping
{
    private int _closed;   // by exchange

    private NamedMapping(string name, SafeFileHandle file, FileFacts facts)
    {
        (Name, Inode, Bytes) = (name, facts.Inode, facts.Bytes);
        Address = SharedMapping.Map((int)file.DangerousGetHandle(), facts.Bytes);
    }

    ~NamedMapping()
    {
        if (Address == null)
        {
            return;
        }

        if (IsClosed)
        {
            Quarantine.AddZeroes(Address, Bytes);
        }
        else
        {
            Quarantine.Add(Address, Bytes);
        }
    }

    public string Name { get; }

    public ulong Inode { get; }

    public long Bytes { get; }

    public byte* Address { get; }

    public bool IsClosed => Volatile.Read(ref _closed) != 0;   // an answer; a use beside the close finds private zeroes in place of the memory

    /// <summary>Makes a block full of zeroes, all of its memory reserved.</summary>
    /// <returns>Null when something has that name already.</returns>
    /// <exception cref="IOException">The system refuses, or has not that much memory there.</exception>
    public static NamedMapping? TryCreate(string name, long bytes, bool track)
    {
        if (SharedFile.IsTaken(name))
        {
            return null;   // before any memory is taken; what comes in between is found when it gets its name
        }

        using SafeFileHandle file = SharedFile.CreateNameless();
        SharedFile.Reserve(file, bytes);
        var block = new NamedMapping(name, file, SharedFile.FactsOf(file));
        if (track)
        {
            TrackedNames.Add(name, block.Inode);
        }

        if (SharedFile.TryName(file, name))
        {
            return block;
        }

        TrackedNames.Forget(name, block.Inode);
        block.Close();
        return null;
    }

    /// <returns>Null when nothing has that name.</returns>
    /// <exception cref="UnauthorizedAccessException">It belongs to another user.</exception>
    /// <exception cref="IOException">It is not shared memory, or the system refuses.</exception>
    public static NamedMapping? TryOpen(string name)
    {
        using SafeFileHandle? file = SharedFile.TryOpen(name);
        if (file is null)
        {
            return null;
        }

        FileFacts facts = SharedFile.FactsOf(file);
        return facts is { IsRegular: true, Bytes: > 0 }
            ? new NamedMapping(name, file, facts)
            : throw new IOException($"{SharedFile.PathOf(name)} is not shared memory: {(facts.IsRegular ? "it is empty; its maker may not have given it a size yet, or was ended before it did" : "it is no plain file")}.");
    }

    /// <summary>Takes the name away; the memory goes with the last process that has it mapped.</summary>
    /// <returns>False when this block had not got the name any more.</returns>
    public bool Unlink()
    {
        bool removed = SharedFile.Remove(Name, Inode);
        TrackedNames.Forget(Name, Inode);
        return removed;
    }

    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)   // replaced once
        {
            SharedMapping.Replace(Address, Bytes);
        }
    }
}
