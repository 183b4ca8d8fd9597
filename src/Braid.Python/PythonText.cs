using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Braid.Python;

/// <summary>
/// Python's text in UTF-8. Both sides can have a lone half of a surrogate pair; Python then writes it as the three bytes that UTF-8 would
/// have for it ("surrogatepass").
/// </summary>
internal static class PythonText
{
    private const string Halves = "a str holds the two halves of a surrogate pair as two characters, which .NET cannot tell from the one " +
        "character that they make";

    /// <summary>The text; or what is wrong with the bytes.</summary>
    public static string? Read(ReadOnlySpan<byte> bytes, out string? error)
    {
        error = null;
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : ReadWithHalves(bytes, out error);
    }

    /// <summary>The number of bytes: a lone half takes three, as does the character with which .NET replaces it.</summary>
    public static int ByteCount(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>Writes the text into a buffer that is large enough.</summary>
    public static void Write(ReadOnlySpan<char> text, Span<byte> target)
    {
        while (Utf8.FromUtf16(text, target, out int read, out int written, replaceInvalidSequences: false) == OperationStatus.InvalidData)
        {
            WriteHalf(text[read], target[written..]);
            text = text[(read + 1)..];
            target = target[(written + 3)..];
        }
    }

    /// <summary>The characters of protocol 0: Latin-1 with <c>\u</c> and <c>\U</c>.</summary>
    public static string? ReadEscaped(ReadOnlySpan<byte> bytes, out string? error)
    {
        var text = new StringBuilder(bytes.Length);
        bool isHalf = false;
        for (int i = 0; i < bytes.Length; i++)
        {
            int digits = bytes[i] != '\\' || i + 1 == bytes.Length ? 0 : bytes[i + 1] switch { (byte)'u' => 4, (byte)'U' => 8, _ => 0 };
            if (digits == 0)
            {
                text.Append((char)bytes[i]);
                isHalf = false;
                continue;
            }

            if (i + 2 + digits > bytes.Length || !TryReadHex(bytes.Slice(i + 2, digits), out uint character) || character > 0x10ffff)
            {
                error = "text with an escape that names no character";
                return null;
            }

            i += 1 + digits;
            if (character > 0xffff)
            {
                text.Append(new Rune(character).ToString());
                isHalf = false;
            }
            else if (isHalf && char.IsLowSurrogate((char)character))
            {
                error = Halves;
                return null;
            }
            else
            {
                text.Append((char)character);
                isHalf = char.IsHighSurrogate((char)character);
            }
        }

        error = null;
        return text.ToString();
    }

    private static bool TryReadHex(ReadOnlySpan<byte> digits, out uint value)
    {
        value = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }

            value = (value << 4) | (uint)Convert.FromHexString($"0{(char)digit}")[0];
        }

        return true;
    }

    private static string? ReadWithHalves(ReadOnlySpan<byte> bytes, out string? error)
    {
        var text = new ArrayBufferWriter<char>(bytes.Length);
        bool isHalf = false;                                // whether the character before was the first half of a pair, written alone
        while (true)
        {
            Utf8.ToUtf16(bytes, text.GetSpan(bytes.Length + 1), out int read, out int written, replaceInvalidSequences: false);
            text.Advance(written);
            bytes = bytes[read..];
            if (bytes.IsEmpty)
            {
                error = null;
                return new string(text.WrittenSpan);
            }

            if (bytes is not [0xed, >= 0xa0 and <= 0xbf, >= 0x80 and <= 0xbf, ..])
            {
                error = "text that is not UTF-8";
                return null;
            }

            char half = (char)(0xd000 | ((bytes[1] & 0x3f) << 6) | (bytes[2] & 0x3f));
            if (isHalf && written == 0 && char.IsLowSurrogate(half))
            {
                error = Halves;
                return null;
            }

            isHalf = char.IsHighSurrogate(half);
            text.GetSpan(1)[0] = half;
            text.Advance(1);
            bytes = bytes[3..];
        }
    }

    private static void WriteHalf(char half, Span<byte> target)
    {
        target[0] = 0xed;
        target[1] = (byte)(0x80 | ((half >> 6) & 0x3f));
        target[2] = (byte)(0x80 | (half & 0x3f));
    }
}
