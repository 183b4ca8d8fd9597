namespace Braid.Multiprocessing;

/// <summary>Reads one payload from memory that another process wrote. Nothing in it is trusted.</summary>
/// <remarks>
/// Each length is checked against the bytes that are left before it is used, so no read leaves the payload, and no allocation exceeds what
/// the payload could fill.
/// </remarks>
internal unsafe ref struct PayloadReader(byte* start, long length, PayloadSource source = PayloadSource.Program)
{
    private const int MaximumVarintBytes = 10;

    private byte* _end = start + length;
    private byte* _position = start;
    private object?[]? _objects;       // by number; null while the object is being made
    private int _objectCount;
    private object[]? _names;          // Type or DelegateShape, by number
    private int _nameCount;

    /// <summary>A reader that has read a whole payload and keeps the objects and names of the tables.</summary>
    public PayloadReader(byte* start, long length, in Tables tables)
        : this(start, length)
    {
        (_objects, _objectCount, _names, _nameCount) =
            (tables.Objects, tables.Objects?.Length ?? 0, tables.Names, tables.Names?.Length ?? 0);
        _position = _end;
    }

    public PayloadSource Source { get; } = source;

    public readonly long Remaining => _end - _position;

    /// <summary>
    /// Continues elsewhere: with what the writer returned by <see cref="PayloadWriter.CreateContinuation"/> wrote after everything read so
    /// far.
    /// </summary>
    public void ContinueAt(byte* start, long length)
    {
        _position = start;
        _end = start + length;
    }

    /// <summary>The objects and names read so far, for what follows to refer to.</summary>
    public readonly Tables CopyTables() => new(_objects?[.._objectCount], _names?[.._nameCount]);

    public byte ReadByte()
    {
        Require(1);
        return *_position++;
    }

    /// <summary>The next byte, without consuming it.</summary>
    public byte PeekByte()
    {
        Require(1);
        return *_position;
    }

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (int i = 0; i < MaximumVarintBytes; i++)
        {
            byte next = ReadByte();
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return value;
            }
        }

        throw PayloadException.Damaged("a number has no end");
    }

    /// <summary>Reads a number of elements, each of which takes at least the given number of bytes.</summary>
    public long ReadLongCount(long bytesEach)
    {
        ulong count = ReadVarint();
        return count <= (ulong)(Remaining / bytesEach) ? (long)count
            : throw PayloadException.Damaged($"it announces {count} elements of {bytesEach} bytes or more, and {Remaining} bytes are left");
    }

    /// <inheritdoc cref="ReadLongCount"/>
    public int ReadCount(long bytesEach)
    {
        long count = ReadLongCount(bytesEach);
        return count <= Array.MaxLength
            ? (int)count
            : throw PayloadException.Damaged($"it announces {count} elements, more than an array holds");
    }

    public T ReadRaw<T>()
    {
        int size = Unsafe.SizeOf<T>();
        Require(size);
        T value = Unsafe.ReadUnaligned<T>(_position);
        _position += size;
        return value;
    }

    public void ReadBytes(ref byte target, long count)
    {
        Require(count);
        while (count > 0)
        {
            uint piece = (uint)Math.Min(count, int.MaxValue);
            Unsafe.CopyBlockUnaligned(ref target, ref *_position, piece);
            target = ref Unsafe.AddByteOffset(ref target, (nint)piece);
            _position += piece;
            count -= piece;
        }
    }

    /// <summary>The stamp of the payload; 0 if the payload is too short for one.</summary>
    public ulong ReadStamp() => Remaining < sizeof(ulong) ? 0 : ReadRaw<ulong>();

    /// <summary>Throws if bytes are left after the value: its reader and its writer disagree about the type.</summary>
    public readonly void RequireEnd(Type type)
    {
        if (Remaining != 0)
        {
            throw PayloadException.Damaged($"{Remaining} bytes are left behind a {TypeText.Of(type)}");
        }
    }

    /// <summary>The next bytes, in place; valid as long as the payload is.</summary>
    public ReadOnlySpan<byte> ReadSpan(int count)
    {
        Require(count);
        var span = new ReadOnlySpan<byte>(_position, count);
        _position += count;
        return span;
    }

    public string? ReadString()
    {
        ulong announced = ReadVarint();
        if (announced == 0)
        {
            return null;
        }

        ulong characters = announced - 1;
        if (characters > (ulong)Remaining / sizeof(char))
        {
            throw PayloadException.Damaged($"it announces {characters} characters, and {Remaining} bytes are left");
        }

        var text = new string('\0', (int)characters);
        fixed (char* target = text)
        {
            ReadBytes(ref *(byte*)target, (long)characters * sizeof(char));
        }

        return text;
    }

    /// <summary>Reserves the next number for an object that is about to be made. The writer counted in the same order.</summary>
    public int ReserveObject()
    {
        _objects ??= new object?[4];
        if (_objectCount == _objects.Length)
        {
            Array.Resize(ref _objects, 2 * _objectCount);
        }

        return _objectCount++;
    }

    /// <summary>Registers the object under its number, before its contents are read if they may refer to it.</summary>
    public readonly void SetObject(int index, object value) => _objects![index] = value;

    public object ReadBackReference() => ObjectAt(ReadVarint());

    /// <summary>The object with the number.</summary>
    public readonly object ObjectAt(ulong index)
    {
        if (index >= (ulong)_objectCount)
        {
            throw PayloadException.Damaged($"it refers to object {index} of {_objectCount}");
        }

        return _objects![index] ?? throw new PayloadException(
            "The value refers to itself through a type that is made only once its contents are known (a converter, a read-only " +
            "collection, JSON): such a circle cannot be rebuilt.");
    }

    public Type ReadType() => ReadName() as Type ?? throw PayloadException.Damaged("a type was expected and a method came");

    public DelegateShape ReadShape() =>
        ReadName() as DelegateShape ?? throw PayloadException.Damaged("a method was expected and a type came");

    private object ReadName()
    {
        if (Source != PayloadSource.Program)
        {
            throw new PayloadException(
                $"The payload names a type or a method of a program. Only plain data is accepted from {Source.Words()}.");
        }

        ulong index = ReadVarint();
        if (index != 0)
        {
            return index <= (ulong)_nameCount
                ? _names![index - 1]
                : throw PayloadException.Damaged($"it refers to name {index} of {_nameCount}");
        }

        object name = NameCache.Resolve(ReadSpan(ReadCount(1)));
        _names ??= new object[4];
        if (_nameCount == _names.Length)
        {
            Array.Resize(ref _names, 2 * _nameCount);
        }

        _names[_nameCount++] = name;
        return name;
    }

    private readonly void Require(long count)
    {
        if (count > Remaining)
        {
            throw PayloadException.Damaged($"it ends {count - Remaining} bytes too early");
        }
    }

    /// <summary>Objects and names by number. The arrays are full, so a reader that adds to them allocates its own.</summary>
    internal readonly record struct Tables(object?[]? Objects, object[]? Names);
}
