using System.Text;

namespace Braid.Multiprocessing;

/// <summary>An item of a <see cref="ShareableList"/> as it lies in memory.</summary>
/// <param name="Code">How a reader interprets it.</param>
/// <param name="Bytes">Its bytes; those of a string or byte array without padding.</param>
/// <param name="NumberFormat">How it is stored; null for a string or byte array, whose format depends on the slot.</param>
internal readonly record struct ShareableItem(ShareableCode Code, byte[] Bytes, string? NumberFormat)
{
    public const string IntegerFormat = "q";
    public const string FloatFormat = "d";
    public const string BooleanFormat = "xxxxxxx?";   // the eighth byte
    public const string NullFormat = "xxxxxx?x";
    public const int Step = 8;                        // every slot takes a multiple of it

    private static readonly UTF8Encoding s_text = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The room of a slot made for this item: always more than it needs.</summary>
    public int Room => NumberFormat is null ? Step * ((Bytes.Length / Step) + 1) : Step;

    /// <exception cref="ArgumentException">The type is not supported, or a string is not valid Unicode.</exception>
    /// <exception cref="OverflowException">It needs more than 64 bits with sign.</exception>
    public static ShareableItem Of(object? value) => Plain(value) switch
    {
        null => new(ShareableCode.Null, new byte[Step], NullFormat),
        long number => new(ShareableCode.Number, BitConverter.GetBytes(number), IntegerFormat),
        double number => new(ShareableCode.Number, BitConverter.GetBytes(number), FloatFormat),
        bool truth => new(ShareableCode.Number, [0, 0, 0, 0, 0, 0, 0, truth ? (byte)1 : (byte)0], BooleanFormat),
        string text => new(ShareableCode.Text, s_text.GetBytes(text), null),
        byte[] bytes => new(ShareableCode.Bytes, bytes, null),
        object other =>
            throw new ArgumentException(
                $"A ShareableList holds integers, double, bool, string, byte[] and null, not {other.GetType()}.", nameof(value)),
    };

    /// <summary>Makes a value from the contents of a slot.</summary>
    /// <param name="code">How to interpret it.</param>
    /// <param name="format">How it is stored.</param>
    /// <param name="slot">The whole slot.</param>
    /// <exception cref="InvalidDataException">The slot holds no item.</exception>
    public static object? Read(ShareableCode code, string format, ReadOnlySpan<byte> slot) => (code, format) switch
    {
        (ShareableCode.Null, _) => null,
        (ShareableCode.Number, IntegerFormat) => BitConverter.ToInt64(slot),
        (ShareableCode.Number, FloatFormat) => BitConverter.ToDouble(slot),
        (ShareableCode.Number, BooleanFormat) => slot[7] != 0,
        (ShareableCode.Text, [.., 's']) => Text(Content(format, slot)),
        (ShareableCode.Bytes, [.., 's']) => Content(format, slot).ToArray(),
        _ =>
            throw new InvalidDataException(
                $"A slot of a ShareableList says that it holds \"{format}\" of kind {(byte)code}, which is nothing. Another process may " +
                "be writing there: share a lock."),
    };

    public static bool AreEqual(object? left, object? right) => (left, Plain(right)) switch
    {
        (byte[] bytes, byte[] others) => bytes.AsSpan().SequenceEqual(others),
        var (item, other) => Equals(item, other),
    };

    private static object? Plain(object? value) => value switch
    {
        int or short or sbyte or byte or ushort or uint or ulong =>
            Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture),
        float number => (double)number,
        _ => value,
    };

    // A format that names the slot's whole room leaves the length open: zeroes at the end are padding. Any other is exact.
    private static ReadOnlySpan<byte> Content(string format, ReadOnlySpan<byte> slot)
    {
        if (!int.TryParse(
            format.AsSpan(..^1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int length)
            || length > slot.Length)
        {
            throw new InvalidDataException(
                $"A slot of a ShareableList with room for {slot.Length} bytes says that it holds \"{format}\". Another process may be " +
                $"writing there: share a lock.");
        }

        return length == slot.Length ? slot.TrimEnd((byte)0) : slot[..length];
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return s_text.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException(
                "A text in a ShareableList is not UTF-8. Another process may be writing there: share a lock.", error);
        }
    }
}

/// <summary>How a reader interprets an item's bytes.</summary>
internal enum ShareableCode : byte
{
    Number,
    Text,
    Bytes,
    Null,
}
