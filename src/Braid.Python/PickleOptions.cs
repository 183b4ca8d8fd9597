namespace Braid.Python;

/// <summary>What is read and written beyond plain data, and the limits of what is read.</summary>
/// <remarks>
/// Set it up, then use it from any number of threads. Readers and writers belong to the instance: nothing is registered for the whole
/// program.
/// </remarks>
public sealed class PickleOptions
{
    private readonly Dictionary<(string Module, string Name), GlobalReader> _readers = [];
    private readonly Dictionary<Type, Func<object, object?>> _writers = [];

    /// <summary>Creates options with the defaults.</summary>
    public PickleOptions()
    {
    }

    /// <summary>Copies options, so that more can be registered without changing them.</summary>
    internal PickleOptions(PickleOptions other)
    {
        _readers = new(other._readers);
        _writers = new(other._writers);
        (Protocol, MaxBytes, MaxMemory) = (other.Protocol, other.MaxBytes, other.MaxMemory);
        (MaxObjects, MaxMemo, MaxDepth) = (other.MaxObjects, other.MaxMemo, other.MaxDepth);
    }

    internal static PickleOptions Default { get; } = new();

    /// <summary>The protocol that is written: 4, which Python 3.4 and later read, or 5, for Python 3.8 and later.</summary>
    /// <value>Default 4, as in Python 3.8 to 3.13. Protocols 0 to 5 are read, whatever this is.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is neither 4 nor 5.</exception>
    public int Protocol
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 4);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 5);
            field = value;
        }
    } = 4;

    /// <summary>How many bytes a pickle that is read may have.</summary>
    /// <value>Default 256 MiB; at least 1.</value>
    public long MaxBytes { get; init => field = Positive(value); } = 256L << 20;

    /// <summary>
    /// How many bytes the values of a pickle may take in memory, by an estimate that is made before they are created. What is copied or
    /// hashed again and again counts each time, so this bounds the time as well.
    /// </summary>
    /// <value>Default 1 GiB; at least 1.</value>
    public long MaxMemory { get; init => field = Positive(value); } = 1L << 30;

    /// <summary>How many values a pickle may hold; a value that is used again does not count again.</summary>
    /// <value>Default 16 Mi; at least 1.</value>
    public long MaxObjects { get; init => field = Positive(value); } = 16L << 20;

    /// <summary>How many values a pickle may keep for reuse.</summary>
    /// <value>Default 16 Mi; at least 1.</value>
    public long MaxMemo { get; init => field = Positive(value); } = 16L << 20;

    /// <summary>How deep values may be nested, in what is read and in what is written.</summary>
    /// <value>Default 1,000, as deep as Python itself writes; at least 1.</value>
    public int MaxDepth { get; init => field = (int)Positive(value); } = 1000;

    /// <summary>From how many bytes on a copy of them costs more than to remember their place.</summary>
    internal int InPlaceFrom { get; init; } = 4096;

    /// <summary>Registers a reader for calls of a class or function that is not plain data: <c>fractions.Fraction('1/3')</c>.</summary>
    /// <param name="module">The module as Python writes it, for instance <c>fractions</c>.</param>
    /// <param name="name">The qualified name in it, for instance <c>Fraction</c>.</param>
    /// <param name="read">Makes the value from the arguments, on the thread that reads. Exceptions that it throws are wrapped.</param>
    /// <returns>These options.</returns>
    public PickleOptions AddReader(string module, string name, Func<object?[], object?> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return Add(new GlobalReader(module, name) { Call = (_, args) => read(args) });
    }

    /// <summary>Registers a reader for instances of a class that are pickled with a state, as those of most classes are.</summary>
    /// <param name="module">The module as Python writes it.</param>
    /// <param name="name">The qualified name in it.</param>
    /// <param name="read">
    /// Makes the value from the arguments (usually none) and the state (usually a dictionary of the attributes). It runs after the state
    /// has been read; a value whose state refers to the value itself is refused.
    /// </param>
    /// <returns>These options.</returns>
    public PickleOptions AddReader(string module, string name, Func<object?[], object?, object?> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return Add(new GlobalReader(module, name) { CallWithState = (_, args, state) => read(args, state) });
    }

    /// <summary>Permits a class or function to be named: it is read as a <see cref="PythonGlobal"/>, and never called.</summary>
    /// <param name="module">The module as Python writes it.</param>
    /// <param name="name">The qualified name in it.</param>
    /// <returns>These options.</returns>
    public PickleOptions AddGlobal(string module, string name) => Add(new GlobalReader(module, name));

    /// <summary>Registers how values of a type, or of a type derived from it, are written.</summary>
    /// <typeparam name="T">A class or a struct. The writer of the nearest base class is used.</typeparam>
    /// <param name="write">Converts the value to plain data, or to a <see cref="PythonCall"/>, by which Python makes its own value.</param>
    /// <returns>These options.</returns>
    public PickleOptions AddWriter<T>(Func<T, object?> write)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(write);
        _writers[typeof(T)] = value => write((T)value);
        return this;
    }

    /// <summary>Null for what is neither plain data nor registered.</summary>
    internal GlobalReader? FindReader(string module, string name) =>
        _readers.TryGetValue((module, name), out GlobalReader? reader) ? reader : PlainGlobals.Find(module, name);

    internal Func<object, object?>? FindWriter(Type type)
    {
        if (_writers.Count == 0)
        {
            return null;
        }

        for (Type? ancestor = type; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (_writers.TryGetValue(ancestor, out Func<object, object?>? writer))
            {
                return writer;
            }
        }

        return null;
    }

    private static long Positive(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }

    private PickleOptions Add(GlobalReader reader)
    {
        _readers[(reader.Global.Module, reader.Global.Name)] = reader;
        return this;
    }
}
