using System.Collections.Frozen;
using System.Numerics;
using System.Text;

namespace Braid.Python;

/// <summary>Built-in types that have no opcode, or had none in older protocols, and decimal numbers and UUIDs.</summary>
internal static class BuiltinReaders
{
    public static IEnumerable<GlobalReader> All { get; } =
    [
        new("builtins", "object"),                       // the base class passed to copyreg._reconstructor
        new("builtins", "bytes") { Call = Bytes },
        new("builtins", "bytearray") { Call = ByteArray },
        new("builtins", "set") { Call = Set },
        new("builtins", "frozenset") { Call = FrozenSet },
        new("builtins", "complex") { Call = ComplexNumber },
        new("builtins", "range") { Call = Range },
        new("builtins", "slice") { Call = Slice },
        new("collections", "OrderedDict") { Call = OrderedDict },
        new("_codecs", "encode") { Call = Encode },
        new("copyreg", "_reconstructor") { Call = Reconstruct },
        new("decimal", "Decimal") { Call = Decimal },
        new("uuid", "UUID") { CallWithState = Uuid },
    ];

    private static object Bytes(ReadContext context, object?[] args) => args switch
    {
        [] => Array.Empty<byte>(),
        [byte[] bytes] => bytes,
        _ => throw PickleException.Arguments("bytes", "none, or bytes"),
    };

    private static object ByteArray(ReadContext context, object?[] args)
    {
        byte[] bytes = args switch
        {
            [] => [],
            [byte[] given] => Copied(context, given),
            [string text, "latin-1" or "latin1"] => Latin1(context, text),
            _ => throw PickleException.Arguments("bytearray", "none, or bytes, or text in Latin-1"),
        };
        return new PythonByteArray(bytes);
    }

    private static byte[] Copied(ReadContext context, byte[] bytes)
    {
        context.Charge(bytes.Length);
        return [.. bytes];
    }

    /// <summary>How the protocols before 3 wrote bytes.</summary>
    private static object Encode(ReadContext context, object?[] args) => args is [string text, "latin1" or "latin-1"]
        ? Latin1(context, text)
        : throw PickleException.Arguments("_codecs.encode", "text in Latin-1");

    private static byte[] Latin1(ReadContext context, string text)
    {
        context.Charge(text.Length);
        return text.AsSpan().ContainsAnyExceptInRange('\0', '\xff')
            ? throw PickleException.Arguments("_codecs.encode", "characters up to U+00FF")
            : Encoding.Latin1.GetBytes(text);
    }

    private static HashSet<object?> Set(ReadContext context, object?[] args)
    {
        HashSet<object?> set = context.NewSet();
        if (args is not ([] or [List<object?>]))
        {
            throw PickleException.Arguments("set", "none, or a list");
        }

        foreach (object? item in args is [List<object?> items] ? items : [])
        {
            context.Charge(ReadContext.ValueCost);
            set.Add(item);
        }

        return set;
    }

    private static object FrozenSet(ReadContext context, object?[] args)
    {
        HashSet<object?> set = Set(context, args);
        context.Charge(set.Count, ReadContext.ValueCost);
        return set.ToFrozenSet(context.Equality);
    }

    private static object ComplexNumber(ReadContext context, object?[] args) => args is [double real, double imaginary]
        ? new Complex(real, imaginary)
        : throw PickleException.Arguments("complex", "two floats");

    private static object Range(ReadContext context, object?[] args) => args switch
    {
        [long start, long stop, long step and not 0] => new PythonRange(start, stop, step),
        [_, _, BigInteger] or [_, BigInteger, _] or [BigInteger, _, _] =>
            throw new PickleException("The pickle holds a range beyond 64 bits, which PythonRange cannot hold."),
        _ => throw PickleException.Arguments("range", "start, stop and step"),
    };

    private static object Slice(ReadContext context, object?[] args) => args is [var start, var stop, var step]
        ? new PythonSlice(start, stop, step)
        : throw PickleException.Arguments("slice", "start, stop and step");

    private static object OrderedDict(ReadContext context, object?[] args) => args is []
        ? context.NewDictionary()
        : throw PickleException.Arguments("OrderedDict", "none");

    /// <summary>How the protocols 0 and 1 make an object without calling its constructor.</summary>
    private static object? Reconstruct(ReadContext context, object?[] args) =>
        args is [PythonGlobal { Reader: { } reader }, PythonGlobal { Module: "builtins", Name: "object" }, null]
            ? reader.Apply(context, [])
            : throw PickleException.Arguments("copyreg._reconstructor", "a class of plain data, object and None");

    /// <summary>A decimal number that .NET's 96 bits hold as it is, digit for digit; one that must be rounded is refused.</summary>
    private static object Decimal(ReadContext context, object?[] args)
    {
        const int MaxLength = 64;
        if (args is not [string text])
        {
            throw PickleException.Arguments("decimal.Decimal", "its text");
        }

        if (text.Length <= MaxLength && PythonDecimal.TryParse(text, out decimal value))
        {
            return value;
        }

        string shown = text.Length <= MaxLength ? text : text[..MaxLength] + "...";
        throw new PickleException(
            $"The pickle holds Decimal('{shown}'), which System.Decimal cannot hold exactly. A reader for decimal.Decimal gets its text.");
    }

    private static object Uuid(ReadContext context, object?[] args, object? state)
    {
        if (args is not [] || state is not Dictionary<object, object?> attributes || !attributes.TryGetValue("int", out object? number)
            || PythonInt.Of(number) is not { Sign: >= 0 } value || value >> 128 != 0)
        {
            throw PickleException.Arguments("uuid.UUID", "the state {'int': number}");
        }

        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, (UInt128)value);
        return new Guid(bytes, bigEndian: true);         // is_safe says how it was made, and is no part of its value
    }
}
