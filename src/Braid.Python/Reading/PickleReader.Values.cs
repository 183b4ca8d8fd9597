using System.Buffers.Text;
using System.Globalization;
using System.Numerics;

namespace Braid.Python;

/// <content>Numbers, text and bytes.</content>
internal ref partial struct PickleReader
{
    private const ulong PythonNaN = 0x7ff8_0000_0000_0000;   // float('nan'); .NET's has the sign bit set
    private const int MaxDigits = 4300;                  // as many as Python converts from text, which takes quadratic time

    private readonly void PushInt(long value) => PushNew(value);

    private readonly void PushInt(ReadOnlySpan<byte> bytes)
    {
        _context.Charge(bytes.Length);
        PushNew(PythonInt.Boxed(new BigInteger(bytes)));
    }

    private readonly void ReadIntLine(ReadOnlySpan<byte> line)
    {
        if (line is [(byte)'0', (byte)'0' or (byte)'1'])
        {
            Push(line[1] == '1');
            return;
        }

        ReadLongLine(line);
    }

    private readonly void ReadLongLine(ReadOnlySpan<byte> line)
    {
        if (line is [.., (byte)'L'])
        {
            line = line[..^1];
        }

        if (line.Length > MaxDigits)
        {
            throw new PickleException($"The pickle holds an int of more than {MaxDigits:n0} decimal digits as text.");
        }

        string digits = System.Text.Encoding.Latin1.GetString(line);
        PushNew(BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger value)
            ? PythonInt.Boxed(value)
            : throw _input.Damaged("an int that is no number"));
    }

    private readonly void ReadFloatLine(ReadOnlySpan<byte> line)
    {
        const int MaxLength = 100;
        PushNew(line switch
        {
            _ when line.SequenceEqual("nan"u8) => BitConverter.UInt64BitsToDouble(PythonNaN),
            _ when line.SequenceEqual("inf"u8) => double.PositiveInfinity,
            _ when line.SequenceEqual("-inf"u8) => double.NegativeInfinity,
            _ when line.Length <= MaxLength && Utf8Parser.TryParse(line, out double value, out int used) && used == line.Length => value,
            _ => throw _input.Damaged("a float that is no number"),
        });
    }

    private readonly void PushText(ReadOnlySpan<byte> bytes)
    {
        _context.ChargeValue(ReadContext.ValueCost + (2L * bytes.Length));
        _stack.Push(PythonText.Read(bytes, out string? error) ?? throw Refused(error), 0);
    }

    private readonly void PushEscapedText(ReadOnlySpan<byte> bytes)
    {
        _context.ChargeValue(ReadContext.ValueCost + (4L * bytes.Length));
        _stack.Push(PythonText.ReadEscaped(bytes, out string? error) ?? throw Refused(error), 0);
    }

    private readonly PickleException Refused(string? error) => PickleException.Damaged(error!, _input.Position);

    /// <summary>A str of Python 2, which is text or bytes: like Python 3, take it for text if it is ASCII.</summary>
    private readonly void PushOldText(ReadOnlySpan<byte> bytes)
    {
        if (!System.Text.Ascii.IsValid(bytes))
        {
            throw new PickleException("The pickle holds a str of Python 2 that is not ASCII: whether it is text or bytes is not said.");
        }

        PushText(bytes);
    }

    private readonly void PushQuotedText(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)'\r').Trim((byte)' ');
        if (line.Length < 2 || line[0] is not ((byte)'\'' or (byte)'"') || line[^1] != line[0])
        {
            throw _input.Damaged("a str without its quotes");
        }

        line = line[1..^1];
        if (line.Contains((byte)'\\'))
        {
            throw new PickleException(@"The pickle holds a str of Python 2 with escapes (\x, \n, ...): write it with protocol 1 or 2.");
        }

        PushOldText(line);
    }

    private readonly void PushBytes(ReadOnlySpan<byte> bytes, bool isByteArray = false)
    {
        _context.ChargeValue();
        if (bytes.Length < _context.Options.InPlaceFrom)
        {
            _stack.Push(BytesInPlace.Copy(_context, bytes, isByteArray), 0);
            return;
        }

        var inPlace = new BytesInPlace(_input.Position - bytes.Length, bytes.Length, isByteArray);
        _stack.Push(new ValueStack.Slot(inPlace, 0) { IsInPlace = true });
    }
}
