namespace Braid.Multiprocessing;

/// <summary>The way of numbers and texts that say themselves what they are, without naming a type.</summary>
internal static class PlainValues
{
    public static void Write(PayloadWriter writer, object? value)
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

    public static object? Read(ref PayloadReader reader)
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
