using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Braid.Multiprocessing;

/// <summary>A piece of memory that several processes map.</summary>
/// <remarks>
/// It is an anonymous file, so it leaves nothing in any folder however its processes end: it is freed with the last of them. Its size is
/// sealed. A large declared size costs nothing: pages exist once touched. Every process maps a segment once, however often it gets a handle
/// to it. <see cref="AddReference"/> and <see cref="Release"/> count its users in this process: the objects over it, and every call that is
/// in progress while such an object may be closed, so that the memory is not unmapped under a call that holds a gate or is counted as
/// waiting. Reads after the last reference is gone see zeroes. Memory into which spans were handed out is not unmapped while one may be in
/// use (<see cref="Quarantine"/>).
/// </remarks>
internal sealed unsafe class Segment
{
    private const ulong Magic = 0x4745_5344_4941_5242;   // "BRAIDSEG"
    private const int Version = 1;
    private const int HeadBytes = 64;                     // a cache line; data begins on the next

    private static readonly Threading.Lock s_gate = Threading.Lock.OfBraid();
    private static readonly Dictionary<ulong, WeakReference<Segment>> s_open = [];   // guarded by s_gate

    private readonly byte* _address;
    private readonly int _descriptor;
    private int _references = 1;   // by compare-exchange; 0: closed for good

    // Orders: each change of _references is a full fence, so the thread that makes it 0 does so after every other user's last access. It
    // never leaves 0, so a reference is either taken before that or refused. A read alone chooses what to try, or gives an answer that may
    // be stale.
    private bool _isExposed;       // written before the first span or reference is handed out, never reset

    private Segment(int descriptor, byte* address)
    {
        _descriptor = descriptor;
        _address = address;
        Head head = *(Head*)address;
        (Id, Kind, DataBytes) = (head.Id, head.Kind, head.DataBytes);
    }

    ~Segment()
    {
        if (_references > 0)
        {
            _ = SharedMapping.Close(_descriptor);
        }

        if (!_isExposed)
        {
            SharedMapping.Unmap(_address, HeadBytes + DataBytes);
        }
        else if (_references > 0)
        {
            Quarantine.Add(_address, HeadBytes + DataBytes);
        }
        else
        {
            Quarantine.AddZeroes(_address, HeadBytes + DataBytes);
        }
    }

    public byte* Data => _address + HeadBytes;

    public long DataBytes { get; }

    public ulong Id { get; }

    public SegmentKind Kind { get; }

    public int Descriptor => _descriptor;

    public bool IsReleased => Volatile.Read(ref _references) == 0;

    /// <summary>Call this before user code gets a span or a reference into the memory.</summary>
    public void Expose() => _isExposed = true;

    /// <summary>This process's own handle, to be passed on.</summary>
    public SegmentHandle Handle => new(Environment.ProcessId, _descriptor, Id, Kind, DataBytes);

    /// <summary>Creates a segment of zeroes.</summary>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public static Segment Create(SegmentKind kind, long dataBytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException(
                "Processes and what they share need Linux. Threads, queues and executors inside one process work everywhere.");
        }

        int descriptor = SharedMapping.Create($"braid-{kind}", HeadBytes + dataBytes);
        byte* address = MapOrClose(descriptor, HeadBytes + dataBytes);
        ulong id = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        *(Head*)address = new Head { Magic = Magic, Version = Version, Kind = kind, DataBytes = dataBytes, Id = id };
        using (s_gate.EnterScope())
        {
            return Remember(new Segment(descriptor, address));
        }
    }

    /// <summary>Opens a segment of another process of the program, or adds a reference if this process already has it.</summary>
    /// <exception cref="IOException">The other process has ended or closed it, or it does not match the handle.</exception>
    public static Segment Open(in SegmentHandle handle)
    {
        using (s_gate.EnterScope())
        {
            if (Known(handle.Id) is Segment known)
            {
                return known;
            }

            int descriptor = SharedMapping.OpenOf(handle.Pid, handle.Descriptor);
            if (descriptor < 0)
            {
                string why = Errno.LastText();
                throw new IOException(
                    $"A shared {handle.Kind} cannot be opened: process {handle.Pid}, which sent it, has ended or closed it meanwhile " +
                    $"({why}). Keep it open until the receiver has it.");
            }

            return Adopt(descriptor, handle.Id);
        }
    }

    /// <summary>Takes over a descriptor with which this process was started.</summary>
    /// <exception cref="IOException">It is not a segment.</exception>
    public static Segment Inherit(int descriptor)
    {
        using (s_gate.EnterScope())
        {
            return Adopt(descriptor, id: null);
        }
    }

    /// <summary>Returns pages to the system; they then read as zeroes, here and in every process that has them mapped.</summary>
    public void FreePages(long from, long bytes)
    {
        if (bytes > 0)
        {
            SharedMapping.Free(_descriptor, HeadBytes + from, bytes);
        }
    }

    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public void AddReference() => ObjectDisposedException.ThrowIf(!TryAddReference(), this);

    /// <returns>False if it is closed.</returns>
    public bool TryAddReference()
    {
        for (int seen = Volatile.Read(ref _references); seen != 0;)
        {
            int found = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }

    /// <summary>Keeps the memory mapped for the duration of a <c>using</c> block.</summary>
    /// <param name="owner">The object over the segment whose call this is.</param>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public Usage Use(object owner)
    {
        ObjectDisposedException.ThrowIf(!TryAddReference(), owner);
        return new Usage(this);
    }

    /// <summary>Removes one reference; with the last one the segment is closed.</summary>
    public void Release()
    {
        for (int seen = Volatile.Read(ref _references); seen != 0;)
        {
            int found = Interlocked.CompareExchange(ref _references, seen - 1, seen);
            if (found == seen)
            {
                if (seen == 1)
                {
                    GiveUp();
                }

                return;
            }

            seen = found;
        }
    }

    private void GiveUp()
    {
        using (s_gate.EnterScope())
        {
            if (s_open.TryGetValue(Id, out WeakReference<Segment>? open) && open.TryGetTarget(out Segment? segment) && segment == this)
            {
                s_open.Remove(Id);   // unless it was opened again between the last release and here
            }
        }

        _ = SharedMapping.Close(_descriptor);
        SharedMapping.Replace(_address, HeadBytes + DataBytes);
    }

    private static Segment? Known(ulong id)
    {
        if (!s_open.TryGetValue(id, out WeakReference<Segment>? reference) || !reference.TryGetTarget(out Segment? segment))
        {
            return null;
        }

        return segment.TryAddReference() ? segment : null;
    }

    private static Segment Adopt(int descriptor, ulong? id)
    {
        long bytes = SharedMapping.SizeOf(descriptor);
        if (bytes < HeadBytes)
        {
            _ = SharedMapping.Close(descriptor);
            throw new IOException($"Descriptor {descriptor} is not shared memory of Braid: it has {bytes} bytes.");
        }

        byte* address = MapOrClose(descriptor, bytes);
        Head head = *(Head*)address;
        if (head.Magic != Magic || head.Version != Version || head.DataBytes != bytes - HeadBytes
            || (id is ulong expected && head.Id != expected))
        {
            SharedMapping.Unmap(address, bytes);
            _ = SharedMapping.Close(descriptor);
            throw new IOException(
                $"Descriptor {descriptor} is not the shared memory that was sent: it holds {bytes:N0} bytes, version {head.Version} " +
                $"(this is version {Version}). Either its sender closed it meanwhile, or the two processes run different versions of " +
                "Braid.");
        }

        return Known(head.Id) is Segment known ? DropSecond(known, descriptor, address, bytes) : Remember(new Segment(descriptor, address));
    }

    private static Segment DropSecond(Segment known, int descriptor, byte* address, long bytes)
    {
        SharedMapping.Unmap(address, bytes);
        _ = SharedMapping.Close(descriptor);
        return known;
    }

    private static Segment Remember(Segment segment)
    {
        if (s_open.Count >= 64 && s_open.Count == s_open.EnsureCapacity(0))
        {
            foreach (ulong gone in s_open.Where(pair => !pair.Value.TryGetTarget(out _)).Select(pair => pair.Key).ToArray())
            {
                s_open.Remove(gone);
            }
        }

        s_open[segment.Id] = new WeakReference<Segment>(segment);
        return segment;
    }

    private static byte* MapOrClose(int descriptor, long bytes)
    {
        try
        {
            return SharedMapping.Map(descriptor, bytes);
        }
        catch
        {
            _ = SharedMapping.Close(descriptor);
            throw;
        }
    }

    /// <summary>A reference for the duration of a block.</summary>
    public readonly ref struct Usage(Segment segment)
    {
        public void Dispose() => segment.Release();
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Head
    {
        public ulong Magic;
        public ulong Id;
        public long DataBytes;
        public int Version;
        public SegmentKind Kind;
    }
}
