using Microsoft.Win32.SafeHandles;

namespace Braid.Multiprocessing;

/// <summary>A named block, as mapped by this process.</summary>
/// <remarks>
/// After <see cref="Close"/>, late reads see zeroes. The addresses are not unmapped while a span may be in use (<see cref="Quarantine"/>).
/// </remarks>
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

    // only a snapshot; an access concurrent with the close finds private zeroes in place of the memory
    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Creates a block of zeroes with all of its memory reserved.</summary>
    /// <returns>Null if the name is taken.</returns>
    /// <exception cref="IOException">The system refuses, or does not have that much memory.</exception>
    public static NamedMapping? TryCreate(string name, long bytes, bool track)
    {
        if (SharedFile.IsTaken(name))
        {
            return null;   // before any memory is taken; a name taken in between is found when this one is assigned
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

    /// <returns>Null if nothing has that name.</returns>
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
            : throw new IOException(
                $"{SharedFile.PathOf(name)} is not shared memory: " +
                (facts.IsRegular
                    ? "it is empty; its maker may not have given it a size yet, or was ended before it did."
                    : "it is no plain file."));
    }

    /// <summary>Removes the name; the memory is freed with the last process that has it mapped.</summary>
    /// <returns>False if this block no longer had the name.</returns>
    public bool Unlink()
    {
        bool removed = SharedFile.Remove(Name, Inode);
        TrackedNames.Forget(Name, Inode);
        return removed;
    }

    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)   // done once
        {
            SharedMapping.Replace(Address, Bytes);
        }
    }
}
