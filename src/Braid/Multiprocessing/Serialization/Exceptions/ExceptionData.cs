using System.Collections;

namespace Braid.Multiprocessing;

/// <summary>The <see cref="Exception.Data"/> of exceptions. A value that cannot travel arrives as a text that says so.</summary>
internal static class ExceptionData
{
    private const int MaximumBytes = 256 * 1024;

    public static void Write(PayloadWriter writer, Exception exception)
    {
        List<(object Key, object? Value)> entries = [];
        try
        {
            foreach (DictionaryEntry entry in exception.Data)
            {
                entries.Add((entry.Key, entry.Value));
            }
        }
        catch (Exception failure)
        {
            entries.Add(("Data", $"(asking for it failed with {failure.GetType()})"));
        }

        int bytesLeft = MaximumBytes;
        writer.WriteVarint((ulong)entries.Count);
        foreach ((object key, object? value) in entries)
        {
            WriteDatum(writer, key, ref bytesLeft);
            WriteDatum(writer, value, ref bytesLeft);
        }
    }

    public static KeyValuePair<object, object?>[] Read(ref PayloadReader reader)
    {
        var entries = new KeyValuePair<object, object?>[reader.ReadCount(2)];
        for (int i = 0; i < entries.Length; i++)
        {
            object key = ReadDatum(ref reader) ?? "";
            entries[i] = new(key, ReadDatum(ref reader));
        }

        return entries;
    }

    /// <summary>
    /// Writes numbers and strings with their kind; other objects are written apart, so that a reader that cannot use them skips them.
    /// </summary>
    private static void WriteDatum(PayloadWriter writer, object? value, ref int bytesLeft)
    {
        if (value is null or string
            || (Type.GetTypeCode(value.GetType()) is >= TypeCode.Boolean and <= TypeCode.Decimal && !value.GetType().IsEnum))
        {
            WritePlain(writer, value is string text ? writer.Limits.Trim(text) : value);
            return;
        }

        try
        {
            var buffer = new LimitedBuffer(bytesLeft);
            PayloadCodec<object>.Instance.Write(writer.CreateNested(buffer), value);
            bytesLeft -= buffer.Written.Length;
            writer.WriteByte((byte)TypeCode.Object);
            writer.WriteVarint((ulong)buffer.Written.Length);
            writer.WriteBytes(buffer.Written);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            WritePlain(
                writer, writer.Limits.Trim($"(a {TypeText.Of(value.GetType())} that did not travel: {SafeText.MessageOf(failure)})"));
        }
    }

    private static unsafe object? ReadDatum(ref PayloadReader reader)
    {
        if (reader.PeekByte() != (byte)TypeCode.Object)
        {
            return ReadPlain(ref reader);
        }

        reader.ReadByte();
        ReadOnlySpan<byte> bytes = reader.ReadSpan(reader.ReadCount(1));
        try
        {
            fixed (byte* start = bytes)
            {
                var apart = new PayloadReader(start, bytes.Length, reader.Source);
                return PayloadCodec<object>.Instance.Read(ref apart);
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return $"(a value that could not be read here: {SafeText.MessageOf(failure)})";
        }
    }

    private static void WritePlain(PayloadWriter writer, object? value)
    {
        var code = Type.GetTypeCode(value?.GetType());
        writer.WriteByte((byte)code);
        switch (value)
        {
            case null:
                break;
            case string text:
                writer.WriteString(text);
                break;
            default:
                PayloadCodec.Of(value.GetType()).WriteBoxed(writer, value);
                break;
        }
    }

    private static object? ReadPlain(ref PayloadReader reader)
    {
        byte code = reader.ReadByte();
        return (TypeCode)code switch
        {
            TypeCode.Empty => null,
            TypeCode.String => reader.ReadString(),
            TypeCode.Boolean => reader.ReadByte() != 0,
            TypeCode.Char => reader.ReadRaw<char>(),
            TypeCode.SByte => reader.ReadRaw<sbyte>(),
            TypeCode.Byte => reader.ReadRaw<byte>(),
            TypeCode.Int16 => reader.ReadRaw<short>(),
            TypeCode.UInt16 => reader.ReadRaw<ushort>(),
            TypeCode.Int32 => reader.ReadRaw<int>(),
            TypeCode.UInt32 => reader.ReadRaw<uint>(),
            TypeCode.Int64 => reader.ReadRaw<long>(),
            TypeCode.UInt64 => reader.ReadRaw<ulong>(),
            TypeCode.Single => reader.ReadRaw<float>(),
            TypeCode.Double => reader.ReadRaw<double>(),
            TypeCode.Decimal => reader.ReadRaw<decimal>(),
            _ => throw PayloadException.Damaged($"no plain value is written as {code}"),
        };
    }
}
