using System.Runtime.CompilerServices;

namespace Braid.Python;

/// <summary>
/// One reading of a pickle: what it has used of its limits, and what it compares keys with. Everything whose size the bytes decide is
/// charged here before it is allocated, copied or hashed.
/// </summary>
internal sealed unsafe class ReadContext
{
    // The memory of an object of the kind, including the reference to it and its place on the stack of the machine.
    public const int ValueCost = 48;
    public const int ContainerCost = 160;

    private readonly byte* _data;
    private int _dataLength;                             // 0 once the reading has ended: the bytes may be gone then
    private long _memory;
    private long _objects;

    /// <param name="options">The limits.</param>
    /// <param name="data">The pickle, which stays at its place until <see cref="End"/>.</param>
    /// <param name="dataLength">How many bytes it has.</param>
    public ReadContext(PickleOptions options, byte* data, int dataLength)
    {
        _data = data;
        _dataLength = dataLength;
        Options = options;
        _memory = options.MaxMemory;
        _objects = options.MaxObjects;
        Equality = new PythonEquality(this);
    }

    /// <summary>The same limits for values that come from no pickle.</summary>
    public ReadContext(PickleOptions options)
        : this(options, null, 0)
    {
    }

    public PickleOptions Options { get; }

    public PythonEquality Equality { get; }

    /// <summary>The pickle.</summary>
    public ReadOnlySpan<byte> Data => new(_data, _dataLength);

    /// <summary>How many objects wait for their state.</summary>
    public int UnbuiltCount { get; set; }

    /// <summary>The bytes that a reader of arrays is given: the value that they are, or their place in the pickle.</summary>
    /// <returns>False if it is given something else.</returns>
    public bool TryBytes(object? value, out ReadOnlySpan<byte> bytes)
    {
        switch (value)
        {
            case BytesInPlace { IsByteArray: false } inPlace:
                bytes = inPlace.In(this);
                return true;
            case byte[] copied when copied.GetType() == typeof(byte[]):
                bytes = copied;
                return true;
            default:
                bytes = default;
                return false;
        }
    }

    /// <summary>As <see cref="TryBytes"/>; a bytearray too.</summary>
    public bool TryBuffer(object? value, out ReadOnlySpan<byte> bytes)
    {
        switch (value)
        {
            case BytesInPlace inPlace:
                bytes = inPlace.In(this);
                return true;
            case PythonByteArray array:
                bytes = array.Bytes;
                return true;
            default:
                return TryBytes(value, out bytes);
        }
    }

    /// <summary>Ends the reading: the pickle may go. What was read keeps none of it.</summary>
    public void End()
    {
        _dataLength = 0;
        Equality.StopCounting();
    }

    /// <summary>Counts one value that is to be created, with the bytes that it takes.</summary>
    public void ChargeValue(long bytes = ValueCost)
    {
        if (--_objects < 0)
        {
            throw PickleException.Limit(nameof(PickleOptions.MaxObjects), Options.MaxObjects, "The pickle holds too many values");
        }

        Charge(bytes);
    }

    /// <summary>Counts bytes that are to be allocated or worked through.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Charge(long bytes)
    {
        if ((_memory -= bytes) < 0)
        {
            Refuse();
        }
    }

    /// <summary>Counts bytes for each of some elements.</summary>
    public void Charge(long count, int bytes) => Charge(count > long.MaxValue / bytes ? long.MaxValue / 2 : count * bytes);

    public Dictionary<object, object?> NewDictionary()
    {
        ChargeValue(ContainerCost);
        return new Dictionary<object, object?>(Equality);
    }

    public HashSet<object?> NewSet()
    {
        ChargeValue(ContainerCost);
        return new HashSet<object?>(Equality);
    }

    private void Refuse() =>
        throw PickleException.Limit(nameof(PickleOptions.MaxMemory), Options.MaxMemory, "The values of the pickle take too many bytes");
}
