using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Braid.Python;

/// <summary>What Python's <c>repr</c> shows of plain data, as far as a bound.</summary>
internal sealed class PythonRepr
{
    private const int MostCharacters = 10_000_000;
    private const int MostBytesOfInt = 1700;                // 4,300 digits may be written out, as in CPython

    private readonly StringBuilder _text = new();
    private readonly HashSet<object> _open = new(ReferenceEqualityComparer.Instance);

    private PythonRepr()
    {
    }

    /// <summary>Python's <c>repr</c> of a value.</summary>
    public static string Of(object? value)
    {
        var repr = new PythonRepr();
        repr.Write(value);
        return repr._text.ToString();
    }

    /// <summary>Python's <c>str</c> of a value.</summary>
    public static string StrOf(object? value) => value is string text ? text : Of(value);

    /// <summary>The name of the type as Python has it.</summary>
    public static string TypeOf(object? value) => value switch
    {
        null or PythonNone => "NoneType",
        bool => "bool",
        string or char => "str",
        double or float or Half => "float",
        byte[] => "bytes",
        PythonByteArray => "bytearray",
        object?[] or ITuple => "tuple",
        Array => "array.array",
        Referent => "proxy",
        _ when PythonInt.Of(value) is not null => "int",
        _ => CollectionShape.Of(value.GetType()) switch
        {
            CollectionShape.Kind.List => "list",
            CollectionShape.Kind.Dictionary => "dict",
            CollectionShape.Kind.Set => "set",
            CollectionShape.Kind.FrozenSet => "frozenset",
            _ => value.GetType().Name,
        },
    };

    private void Write(object? value)
    {
        if (_text.Length > MostCharacters)
        {
            throw Exceptions.Make("MemoryError", $"the text of the value has more than {MostCharacters} characters");
        }

        switch (value)
        {
            case null or PythonNone:
                _text.Append("None");
                break;
            case bool truth:
                _text.Append(truth ? "True" : "False");
                break;
            case string text:
                WriteText(text);
                break;
            case double number:
                WriteDouble(number);
                break;
            case float number:
                WriteDouble(number);
                break;
            case byte[] bytes:
                WriteBytes(bytes);
                break;
            case PythonByteArray bytes:
                _text.Append("bytearray(");
                WriteBytes(bytes.Bytes);
                _text.Append(')');
                break;
            case Referent referent:
                _text.Append(CultureInfo.InvariantCulture,
                    $"<{Token.ClassOf(referent.Typeid)} object, typeid '{referent.Typeid}' at 0x{referent.Ident}>");
                break;
            case decimal number:
                _text.Append(CultureInfo.InvariantCulture, $"Decimal('{PythonDecimal.Format(number)}')");
                break;
            default:
                WriteOther(value);
                break;
        }
    }

    private void WriteOther(object value)
    {
        if (PythonInt.Of(value) is { } integer)
        {
            _text.Append(integer.GetByteCount() <= MostBytesOfInt
                ? integer.ToString(CultureInfo.InvariantCulture)
                : throw Exceptions.Make("ValueError", "Exceeds the limit (4300 digits) for integer string conversion"));
            return;
        }

        if (value is not (IEnumerable or ITuple))
        {
            _text.Append(CultureInfo.InvariantCulture, $"{value}");
            return;
        }

        if (!_open.Add(value))
        {
            _text.Append("...");                            // it contains itself
            return;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        WriteCollection(value);
        _open.Remove(value);
    }

    private void WriteCollection(object value)
    {
        switch (value)
        {
            case object?[] tuple:
                WriteItems(tuple, "(", tuple.Length == 1 ? ",)" : ")");
                break;
            case ITuple tuple:
                WriteItems(Enumerable.Range(0, tuple.Length).Select(i => tuple[i]), "(", tuple.Length == 1 ? ",)" : ")");
                break;
            case Array numbers when ArrayReaders.FormatOf(numbers.GetType().GetElementType()!) is not null:
                _text.Append(CultureInfo.InvariantCulture, $"array('{ArrayReaders.CodeOf(numbers.GetType().GetElementType()!)}'");
                if (numbers.Length > 0)
                {
                    WriteItems(numbers.Cast<object?>(), ", [", "]");
                }

                _text.Append(')');
                break;
            case IDictionary dictionary:
                WriteDictionary(dictionary);
                break;
            default:
                WriteSetOrList((IEnumerable)value);
                break;
        }
    }

    private void WriteSetOrList(IEnumerable items)
    {
        object?[] all = [.. items.Cast<object?>()];
        switch (CollectionShape.Of(items.GetType()))
        {
            case CollectionShape.Kind.Set when all.Length == 0:
                _text.Append("set()");
                break;
            case CollectionShape.Kind.Set:
                WriteItems(all, "{", "}");
                break;
            case CollectionShape.Kind.FrozenSet:
                WriteItems(all, all.Length == 0 ? "frozenset(" : "frozenset({", all.Length == 0 ? ")" : "})");
                break;
            default:
                WriteItems(all, "[", "]");
                break;
        }
    }

    private void WriteItems(IEnumerable<object?> items, string open, string close)
    {
        _text.Append(open);
        bool isFirst = true;
        foreach (object? item in items)
        {
            _text.Append(isFirst ? "" : ", ");
            isFirst = false;
            Write(item);
        }

        _text.Append(close);
    }

    private void WriteDictionary(IDictionary dictionary)
    {
        _text.Append('{');
        bool isFirst = true;
        foreach (DictionaryEntry entry in dictionary)
        {
            _text.Append(isFirst ? "" : ", ");
            isFirst = false;
            Write(entry.Key);
            _text.Append(": ");
            Write(entry.Value);
        }

        _text.Append('}');
    }

    private void WriteText(string text)
    {
        char quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        _text.Append(quote);
        foreach (char character in text)
        {
            _ = character switch
            {
                '\\' => _text.Append("\\\\"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                _ when character == quote => _text.Append('\\').Append(character),
                < ' ' or '\x7f' => _text.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}"),
                _ => _text.Append(character),
            };
        }

        _text.Append(quote);
    }

    private void WriteBytes(byte[] bytes)
    {
        char quote = bytes.Contains((byte)'\'') && !bytes.Contains((byte)'"') ? '"' : '\'';
        _text.Append('b').Append(quote);
        foreach (byte one in bytes)
        {
            _ = one switch
            {
                (byte)'\\' => _text.Append("\\\\"),
                (byte)'\n' => _text.Append("\\n"),
                (byte)'\r' => _text.Append("\\r"),
                (byte)'\t' => _text.Append("\\t"),
                _ when one == quote => _text.Append('\\').Append(quote),
                < 0x20 or >= 0x7f => _text.Append(CultureInfo.InvariantCulture, $"\\x{one:x2}"),
                _ => _text.Append((char)one),
            };
        }

        _text.Append(quote);
    }

    private void WriteDouble(double number)
    {
        if (!double.IsFinite(number))
        {
            _text.Append(double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf");
            return;
        }

        string shortest = number.ToString("E16", CultureInfo.InvariantCulture);
        for (int digits = 0; digits < 17; digits++)         // the fewest digits that mean this number
        {
            shortest = number.ToString($"E{digits}", CultureInfo.InvariantCulture);
            if (double.Parse(shortest, CultureInfo.InvariantCulture) == number)
            {
                break;
            }
        }

        const int LeastFixed = -4;
        const int MostFixed = 16;
        int exponent = int.Parse(shortest.AsSpan(shortest.IndexOf('E', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
        string mantissa = shortest[..shortest.IndexOf('E', StringComparison.Ordinal)];
        if (exponent is < LeastFixed or >= MostFixed)
        {
            _text.Append(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
            return;
        }

        string plain = number.ToString("R", CultureInfo.InvariantCulture);
        if (plain.Contains('E', StringComparison.Ordinal))
        {
            int places = Math.Max(0, mantissa.Length - mantissa.IndexOf('.', StringComparison.Ordinal) - 1 - exponent);
            plain = number.ToString($"F{places}", CultureInfo.InvariantCulture);
        }

        _text.Append(plain.Contains('.', StringComparison.Ordinal) ? plain : plain + ".0");
    }
}
