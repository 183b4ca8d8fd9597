using System.Buffers;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Writes one payload into the memory that its creator supplies. One thread at a time.</summary>
/// <remarks>
/// Its state belongs to one payload: the objects written so far (a repeated one is written as a number), and the types and methods named so
/// far. <see cref="Reset"/> prepares it for the next payload.
/// </remarks>
internal sealed class PayloadWriter(IBufferWriter<byte> output)
{
    private const int PieceBytes = 64 * 1024;
    private const int VarintBytes = 10;
    private const int RecentCodecs = 8;

    private readonly (Type? Type, ObjectCodec? Codec)[] _recent = new (Type?, ObjectCodec?)[RecentCodecs];   // by a hash of the type
    private IBufferWriter<byte> _output = output;
    private ReferenceTable _objects;
    private ReferenceTable _names;
    private HashSet<(ByIdentity Closure, int Variable)>? _variables;   // captured variables that were written
    private ExceptionLimits? _limits;
    private PayloadWriter? _preceding;   // wrote what the reader reads first; no longer changes

    private PayloadWriter(IBufferWriter<byte> output, PayloadWriter whole)
        : this(output) =>
        (_limits, Carried, Source, AllowShared) = (whole.Limits, whole.Carried ??= [], whole.Source, whole.AllowShared);

    /// <summary>
    /// The leases of the shared objects written so far, to be released once the receiver has opened them or never will; null if there are
    /// none.
    /// </summary>
    public List<Lease>? Carried { get; private set; }

    /// <summary>As whose payload its reader will read it.</summary>
    public PayloadSource Source { get; set; }

    /// <summary>Whether the payload may refer to shared memory: only if its reader can open memory of this process.</summary>
    public bool AllowShared { get; init; } = true;

    /// <summary>The exceptions being written at this moment, and how much text they may still use.</summary>
    public ExceptionLimits Limits => _limits ??= new ExceptionLimits();

    /// <summary>Creates a writer, with tables of its own, for a part that a reader may have to skip.</summary>
    public PayloadWriter CreateNested(IBufferWriter<byte> output) => new(output, this);

    /// <summary>
    /// Creates a writer for what the reader reads directly after the output of this one, which must not write any more. Whatever this one
    /// has written can be referred to by number. Any number of them, on any thread.
    /// </summary>
    public PayloadWriter CreateContinuation(IBufferWriter<byte> output) =>
        new(output) { _preceding = this, Source = Source, AllowShared = AllowShared };

    /// <summary>Begins a new payload. The list of leases carried by the last one belongs to whoever took it.</summary>
    public void Reset(IBufferWriter<byte> output, PayloadSource source = PayloadSource.Program)
    {
        Carried = null;
        Source = source;
        _output = output;
        _objects.Clear();
        _names.Clear();
        _variables?.Clear();
        _limits = null;
    }

    /// <summary>The codec for the objects of a run-time type; found without a search if the type was written lately.</summary>
    public ObjectCodec CodecOf(Type type)
    {
        ref (Type? Type, ObjectCodec? Codec) recent = ref _recent[(int)((nuint)type.TypeHandle.Value >> 4) & (RecentCodecs - 1)];
        if (recent.Type != type)
        {
            recent = (type, ObjectCodec.Of(type));
        }

        return recent.Codec!;
    }

    public void WriteByte(byte value)
    {
        _output.GetSpan(1)[0] = value;
        _output.Advance(1);
    }

    /// <summary>Writes seven bits per byte, lowest first; the top bit says that more follow.</summary>
    public void WriteVarint(ulong value)
    {
        Span<byte> span = _output.GetSpan(VarintBytes);
        int count = 0;
        while (value >= 0x80)
        {
            span[count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[count++] = (byte)value;
        _output.Advance(count);
    }

    public void WriteRaw<T>(T value)
    {
        int size = Unsafe.SizeOf<T>();
        if (size > PieceBytes)
        {
            WriteBytes(ref Unsafe.As<T, byte>(ref value), size);
            return;
        }

        Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(_output.GetSpan(size)), value);
        _output.Advance(size);
    }

    /// <summary>Writes boxed values of one small type as an array of the type would be written.</summary>
    public void WriteUnboxed<T>(ReadOnlySpan<object> values)
    {
        int size = Unsafe.SizeOf<T>();
        while (!values.IsEmpty)
        {
            int count = Math.Min(values.Length, PieceBytes / size);
            Span<byte> target = _output.GetSpan(count * size);
            for (int i = 0; i < count; i++)
            {
                Unsafe.WriteUnaligned(ref target[i * size], (T)values[i]);
            }

            _output.Advance(count * size);
            values = values[count..];
        }
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes) => WriteBytes(ref MemoryMarshal.GetReference(bytes), bytes.Length);

    /// <summary>Copies in chunks, since a span ends at 2 GiB and arrays do not.</summary>
    public void WriteBytes(ref byte source, long count)
    {
        while (count > 0)
        {
            Span<byte> target = _output.GetSpan((int)Math.Min(count, PieceBytes));
            int piece = (int)Math.Min(count, target.Length);
            MemoryMarshal.CreateReadOnlySpan(ref source, piece).CopyTo(target);
            _output.Advance(piece);
            source = ref Unsafe.AddByteOffset(ref source, piece);
            count -= piece;
        }
    }

    /// <summary>Writes the length plus one and the characters as they are in memory; zero for null.</summary>
    public void WriteString(string? value)
    {
        if (value is null)
        {
            WriteByte(0);
            return;
        }

        WriteVarint((ulong)value.Length + 1);
        WriteBytes(MemoryMarshal.AsBytes(value.AsSpan()));
    }

    /// <summary>Gives the object its number in this payload; false if it was written before, under that number.</summary>
    public bool TryAddObject(object value, out int index) => _preceding is null ? _objects.TryAdd(value, out index)
        : !_preceding._objects.TryFind(value, out index) && TryAddAfter(ref _objects, _preceding._objects.Count, value, out index);

    /// <summary>Takes over the lease that keeps a shared object open until the payload has arrived.</summary>
    public void Carry(Lease lease) => (Carried ??= []).Add(lease);

    /// <summary>Releases all leases: the payload will not be sent.</summary>
    public void ReleaseCarried()
    {
        foreach (Lease lease in Carried ?? [])
        {
            lease.Release();
        }

        Carried?.Clear();
    }

    /// <summary>Whether the captured variable has not been written in this payload yet. From now on it counts as written.</summary>
    public bool TryAddVariable(object closure, FieldInfo variable) =>
        _preceding?._variables?.Contains((new ByIdentity(closure), variable.MetadataToken)) != true
            && (_variables ??= []).Add((new ByIdentity(closure), variable.MetadataToken));

    /// <summary>Writes the name of a type or a method: zero and the name the first time, its number plus one later.</summary>
    /// <exception cref="PayloadException">The payload may name none.</exception>
    public void WriteName(byte[] name)
    {
        if (Source != PayloadSource.Program)
        {
            throw new PayloadException(
                $"The value cannot be sent without the name of a type or a method, and nothing that comes from {Source.Words()} may name " +
                "one. Plain data can be sent: values whose parts are of exactly the types that are declared.");
        }

        if (_preceding is null ? _names.TryAdd(name, out int index) : !_preceding._names.TryFind(name, out index)
            && TryAddAfter(ref _names, _preceding._names.Count, name, out index))
        {
            WriteByte(0);
            WriteVarint((ulong)name.Length);
            WriteBytes(name);
        }
        else
        {
            WriteVarint((ulong)index + 1);
        }
    }

    private static bool TryAddAfter(ref ReferenceTable table, int before, object value, out int index)
    {
        bool isNew = table.TryAdd(value, out index);
        index += before;
        return isNew;
    }

    private readonly struct ByIdentity(object value) : IEquatable<ByIdentity>
    {
        private readonly object _value = value;

        public bool Equals(ByIdentity other) => ReferenceEquals(_value, other._value);

        public override bool Equals(object? obj) => obj is ByIdentity other && Equals(other);

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(_value);
    }
}
