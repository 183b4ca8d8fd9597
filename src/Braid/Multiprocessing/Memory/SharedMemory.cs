using System.Security.Cryptography;
using System.Text;

namespace Braid.Multiprocessing;

/// <summary>
/// A block of memory with a name, which any process of the same user can attach to: another copy of this program, or a Python program.
/// </summary>
/// <remarks>
/// <para>
/// It is a file in <c>/dev/shm</c> that only its user may open, exactly like Python's. The process that creates it owns it: the name is
/// removed when the owner disposes of this object, calls <see cref="Unlink"/>, or ends. A process that attaches never removes the name by
/// ending or by disposing, and keeps the memory for as long as it is attached, even if the name is gone. If the owner crashes, the name is
/// removed by its parent, or else by the next program with Braid that uses named memory. To make a block that outlives its creator, pass
/// <c>track: false</c>; some process then has to call <see cref="Unlink"/>.
/// </para>
/// <para>
/// Nothing here waits or orders accesses: the processes must agree on reading and writing (<see cref="Volatile"/> and
/// <see cref="Interlocked"/> work on the memory). A view taken before <see cref="Close"/> reads zeroes after it. A span may be used after
/// this object is gone; a block that is dropped without <see cref="Dispose"/> stays mapped until no thread can have a span of it, which may
/// be at the program's end. All the memory is reserved when the block is created, so a full <c>/dev/shm</c> causes an exception then and
/// not a crash later; that does not hold for a block that Python created, or that some process shortens.
/// </para>
/// <para>
/// It travels to another process as its name, to which the receiver attaches. Between processes of one program <see cref="RawArray{T}"/>
/// needs no name and leaves nothing behind, whatever happens. Python counterpart: <c>multiprocessing.shared_memory.SharedMemory</c>. In
/// Python, any process that attaches with <c>track=True</c> (before 3.13 every process that attaches) removes the name when it ends.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed unsafe class SharedMemory : INamedShared<SharedMemory>, IDisposable
{
    private const string Prefix = "psm_";

    private readonly NamedMapping _block;
    private readonly bool _isOwner;

    /// <summary>Creates a block of zeroes, or attaches to one. Never waits.</summary>
    /// <param name="name">Its name, without a slash; null, the default, generates one (<c>psm_</c> and eight hexadecimal digits).</param>
    /// <param name="create">Whether to create it; false, the default, to attach to it.</param>
    /// <param name="size">How many bytes to create; ignored when attaching.</param>
    /// <param name="track">Whether the name is removed with its creator, the default; ignored when attaching.</param>
    /// <exception cref="ArgumentNullException">There is no name, and nothing to be created.</exception>
    /// <exception cref="ArgumentException">
    /// The name is empty, "." or "..", contains a slash or a NUL, or has more than 255 bytes.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative, or is zero and a block is to be created.</exception>
    /// <exception cref="FileNotFoundException">There is no block of this name to attach to.</exception>
    /// <exception cref="UnauthorizedAccessException">The block belongs to another user.</exception>
    /// <exception cref="IOException">
    /// The name is taken; or there is no room for that many bytes; or the name is not that of shared memory.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    public SharedMemory(string? name = null, bool create = false, long size = 0, bool track = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (!create)
        {
            ArgumentNullException.ThrowIfNull(name);
        }
        else
        {
            ArgumentOutOfRangeException.ThrowIfZero(size);
        }

        CheckName(name);
        CheckSystem();
        TrackedNames.SweepOnce();
        _isOwner = create && track;
        _block = !create ? Open(name!) : name is null ? CreateUnnamed(size, track) : Create(name, size, track);
    }

    /// <summary>Its name, without a slash.</summary>
    public string Name => _block.Name;

    /// <summary>Its size in bytes, exactly as requested.</summary>
    public long Size => _block.Bytes;

    /// <summary>Its bytes, for reading and writing.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    /// <exception cref="OverflowException">It has more than 2,147,483,647 bytes: use <see cref="Slice"/>.</exception>
    public Span<byte> Buf => Slice(0, checked((int)Size));

    /// <summary>Its bytes, which may be kept across an await.</summary>
    /// <inheritdoc cref="Buf" path="/exception"/>
    public Memory<byte> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_block.IsClosed, this);
            return new MappedMemory<byte>(_block, _block.Address, checked((int)Size)).Memory;
        }
    }

    internal bool IsClosed => _block.IsClosed;

    static SharedMemory INamedShared<SharedMemory>.Attach(string name) => new(name);

    /// <summary>A part of its bytes.</summary>
    /// <param name="start">The first byte.</param>
    /// <param name="length">The number of bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the block.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public Span<byte> Slice(long start, int length)
    {
        ObjectDisposedException.ThrowIf(_block.IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Size - start);
        return new Span<byte>(_block.Address + start, length);
    }

    /// <summary>Unmaps the memory from this process. The block and its name stay. May be called again.</summary>
    public void Close() => _block.Close();

    /// <summary>
    /// Removes the name at once. Attached processes stay attached, as does this object; the memory is freed with the last of them.
    /// </summary>
    /// <exception cref="FileNotFoundException">The block no longer has this name.</exception>
    public void Unlink()
    {
        if (!_block.Unlink())
        {
            throw new FileNotFoundException(
                $"The name {Name} of this shared memory was taken away already. Its owner does so when it disposes of it or ends; call " +
                "Unlink in one place only.",
                SharedFile.PathOf(Name));
        }
    }

    /// <summary>Closes it; the owner of a tracked block also removes its name, if the block still has it. May be called again.</summary>
    public void Dispose()
    {
        Close();
        if (_isOwner)
        {
            _block.Unlink();
        }
    }

    /// <summary>Its name and size.</summary>
    public override string ToString() => $"SharedMemory({Name}, {Size:N0} bytes{(IsClosed ? ", closed" : "")})";

    private static NamedMapping Create(string name, long size, bool track)
    {
        if (NamedMapping.TryCreate(name, size, track) is NamedMapping block)
        {
            return block;
        }

        TrackedNames.Sweep();   // a crashed program may have left it
        return NamedMapping.TryCreate(name, size, track)
            ?? throw new IOException(
                $"There is shared memory of the name {name} already ({SharedFile.PathOf(name)}). Attach to it, take another name, or " +
                "leave the name out to get a new one.");
    }

    private static NamedMapping CreateUnnamed(long size, bool track)
    {
        NamedMapping? block;
        do
        {
            block = NamedMapping.TryCreate(Prefix + RandomNumberGenerator.GetHexString(8, lowercase: true), size, track);
        }
        while (block is null);

        return block;
    }

    private static NamedMapping Open(string name) =>
        NamedMapping.TryOpen(name)
        ?? throw new FileNotFoundException(
            $"There is no shared memory of the name {name}. Either it was never made, or its owner has ended, disposed of it or unlinked " +
            "it; a block that is to outlive its maker is made with track: false.",
            SharedFile.PathOf(name));

    private static void CheckName(string? name)
    {
        if (name is not null
            && (name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\0')
                || Encoding.UTF8.GetByteCount(name) > SharedFile.MaxNameBytes))
        {
            throw new ArgumentException(
                $"\"{name}\" cannot be the name of shared memory: 1 to {SharedFile.MaxNameBytes} bytes, no slash, no NUL, neither . nor ..",
                nameof(name));
        }
    }

    private static void CheckSystem()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException(
                "Shared memory needs Linux. Threads, queues and executors inside one process work everywhere.");
        }
    }
}
