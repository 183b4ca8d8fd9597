using System.Runtime.CompilerServices;

namespace Braid.Python;

/// <summary>
/// One reading of a pickle: what it has used of its limits, and what it compares keys with. Everything whose size the bytes decide is
/// charged here before it is allocated, copied or hashed.
/// </summary>
internal sealed class ReadContext
{
    // What .NET takes for an object of the kind, the reference to it and its place on the stack of the machine included.
    public const int ValueCost = 48;
    public const int ContainerCost = 160;

    private long _memory;
    private long _objects;

    public ReadContext(PickleOptions options)
    {
        Options = options;
        _memory = options.MaxMemory;
        _objects = options.MaxObjects;
        Equality = new PythonEquality(this);
    }

    public PickleOptions Options { get; }

    public PythonEquality Equality { get; }

    /// <summary>How many objects wait for their state.</summary>
    public int UnbuiltCount { get; set; }

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
