namespace Braid.Python;

/// <summary>Arrays and numbers of numpy, of version 1 (<c>numpy.core</c>) and 2 (<c>numpy._core</c>).</summary>
internal static class NumpyReaders
{
    private const int MaxDimensions = 64;                // as many as numpy 2 has; numpy 1 has 32

    public static IEnumerable<GlobalReader> All { get; } =
    [
        new("numpy", "ndarray"),                         // the class passed to _reconstruct
        new("numpy", "dtype") { CallWithState = ReadType },
        .. new[] { "numpy.core", "numpy._core" }.SelectMany(static core => new GlobalReader[]
        {
            new($"{core}.multiarray", "_reconstruct") { CallWithState = Reconstruct, ReadsInPlace = true },
            new($"{core}.multiarray", "scalar") { Call = ReadNumber },
            new($"{core}.numeric", "_frombuffer") { Call = FromBuffer, ReadsInPlace = true },
        }),
    ];

    private static object ReadType(ReadContext context, object?[] args, object? state)
    {
        if (args is not [string { Length: > 0 } name, ..] || state is not object?[] { Length: >= 2 } parts
            || parts[1] is not ("<" or ">" or "|" or "="))
        {
            throw PickleException.Arguments("numpy.dtype", "a name, and a state with the order of the bytes");
        }

        var type = new NumpyType(name[0], int.TryParse(name.AsSpan(1), out int size) ? size : 0, parts[1] is ">");
        return type.ElementType is not null && type.ToString() == name
            ? type
            : throw new PickleException(
                $"The pickle holds numbers of numpy's dtype '{name}': only bool, integers, float16 to float64 and complex128 are plain.");
    }

    private static object Reconstruct(ReadContext context, object?[] args, object? state)
    {
        return args is [PythonGlobal { Module: "numpy", Name: "ndarray" }, object?[], byte[]]
            && state is object?[] parts && parts is [1L or 2L, object?[] shape, NumpyType type, bool isFortran, var payload]
            && context.TryBytes(payload, out ReadOnlySpan<byte> bytes)
            ? Shaped(context, bytes, type, shape, isFortran)
            : throw PickleException.Arguments("numpy's _reconstruct", "ndarray, and a state of shape, dtype, order and bytes");
    }

    private static object FromBuffer(ReadContext context, object?[] args) =>
        args is [var buffer, NumpyType type, object?[] shape, "C" or "F"] && context.TryBuffer(buffer, out ReadOnlySpan<byte> bytes)
            ? Shaped(context, bytes, type, shape, args[3] is "F")
            : throw PickleException.Arguments("numpy's _frombuffer", "bytes, dtype, shape and order");

    private static object ReadNumber(ReadContext context, object?[] args) =>
        args is [NumpyType type, byte[] bytes] && ElementType.Of(type.ElementType) is { } element && element.Size == bytes.Length
            ? element.Read(bytes, type.IsBigEndian).GetValue(0)!
            : throw PickleException.Arguments("numpy's scalar", "a dtype and the bytes of one number");

    private static NDArray Shaped(ReadContext context, ReadOnlySpan<byte> bytes, NumpyType type, object?[] shape, bool isFortran)
    {
        ElementType element = ElementType.Of(type.ElementType)!;
        if (shape.Length > MaxDimensions)
        {
            throw PickleException.Arguments("ndarray", "at most 64 dimensions");
        }

        int[] lengths = new int[shape.Length];
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = shape[i] is long length && length is >= 0 and <= int.MaxValue
                ? (int)length
                : throw PickleException.Arguments("ndarray", "lengths of 31 bits");
        }

        if (NDArray.LengthOf(lengths) is not { } count || (long)count * element.Size != bytes.Length)
        {
            throw PickleException.Arguments("ndarray", "as many bytes as its shape has");
        }

        context.Charge(bytes.Length);
        return element.Shape(element.Read(bytes, type.IsBigEndian), lengths, isFortran);
    }
}
