namespace Braid.Python;

/// <summary>Python's own arrays of numbers.</summary>
internal static class ArrayReaders
{
    // The machine formats of the array module, by number.
    private static readonly Type[] s_formats =
    [
        typeof(byte), typeof(sbyte), typeof(ushort), typeof(ushort), typeof(short), typeof(short), typeof(uint), typeof(uint), typeof(int),
        typeof(int), typeof(ulong), typeof(ulong), typeof(long), typeof(long), typeof(float), typeof(float), typeof(double), typeof(double),
    ];

    public static IEnumerable<GlobalReader> All { get; } =
    [
        new("array", "array") { Call = FromListOrBytes },
        new("array", "_array_reconstructor") { Call = FromBytes, ReadsInPlace = true },
    ];

    /// <summary>The number of a type of elements; null for what Python's arrays cannot hold.</summary>
    public static int? FormatOf(Type element) =>
        Array.IndexOf(s_formats, element) is >= 0 and int format && element != typeof(byte) ? format : null;

    /// <summary>The letter of a type of elements.</summary>
    public static string CodeOf(Type element) => Type.GetTypeCode(element) switch
    {
        TypeCode.SByte => "b",
        TypeCode.Int16 => "h",
        TypeCode.UInt16 => "H",
        TypeCode.Int32 => "i",
        TypeCode.UInt32 => "I",
        TypeCode.Int64 => "q",
        TypeCode.UInt64 => "Q",
        TypeCode.Single => "f",
        _ => "d",
    };

    private static object FromBytes(ReadContext context, object?[] args)
    {
        if (args is not [PythonGlobal { Module: "array", Name: "array" }, string code, long format, var payload]
            || !context.TryBytes(payload, out ReadOnlySpan<byte> bytes))
        {
            throw PickleException.Arguments("array._array_reconstructor", "array, type code, format and bytes");
        }

        RefuseText(code);
        if (format < 0 || format >= s_formats.Length)
        {
            throw PickleException.Arguments("array._array_reconstructor", "a format of numbers");
        }

        context.Charge(bytes.Length);
        ElementType element = ElementType.Of(s_formats[format])!;
        if (bytes.Length % element.Size != 0)
        {
            throw PickleException.Arguments("array._array_reconstructor", "bytes of whole elements");
        }

        return Result(element.Read(bytes, isBigEndian: element.Size > 1 && format % 2 != 0));
    }

    /// <summary>The type of the elements of Python's type code on Linux; null if there is none.</summary>
    public static Type? TypeOf(string code) => code switch
    {
        "b" => typeof(sbyte),
        "B" => typeof(byte),
        "h" => typeof(short),
        "H" => typeof(ushort),
        "i" => typeof(int),
        "I" => typeof(uint),
        "l" or "q" => typeof(long),
        "L" or "Q" => typeof(ulong),
        "f" => typeof(float),
        "d" => typeof(double),
        _ => null,
    };

    private static object FromListOrBytes(ReadContext context, object?[] args)
    {
        if (args is not [string code, List<object?> or byte[]])
        {
            throw PickleException.Arguments("array.array", "a type code and a list or bytes");
        }

        RefuseText(code);
        Type type = TypeOf(code) ?? throw PickleException.Arguments("array.array", "a type code");
        if (args[1] is List<object?> items)
        {
            context.Charge(items.Count, sizeof(double));
            return Result((Array)Conversion.To(type.MakeArrayType(), items, context.Options)!);
        }

        byte[] bytes = (byte[])args[1]!;                 // of the machine that wrote them: how CPython's managers send arrays
        context.Charge(bytes.Length);
        ElementType element = ElementType.Of(type)!;
        return bytes.Length % element.Size == 0
            ? Result(element.Read(bytes, isBigEndian: false))
            : throw PickleException.Arguments("array.array", "bytes of whole elements");
    }

    /// <summary>An array of unsigned bytes is equal to a bytearray in Python too; a byte[] is bytes.</summary>
    private static object Result(Array elements) =>
        elements.GetType() == typeof(byte[]) ? new PythonByteArray((byte[])elements) : elements;

    private static void RefuseText(string code)
    {
        if (code is "u" or "w" or "c")
        {
            throw new PickleException($"The pickle holds an array of text (type code '{code}'); a str says the same.");
        }
    }
}
