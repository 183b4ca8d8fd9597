namespace Braid.Multiprocessing;

/// <summary>The way of values that may be absent and hold references; the others are raw.</summary>
internal sealed class NullableCodec<T> : PayloadCodec<T?>
    where T : struct
{
    public override void Write(PayloadWriter writer, T? value)
    {
        writer.WriteByte(value.HasValue ? (byte)1 : (byte)0);
        if (value.HasValue)
        {
            PayloadCodec<T>.Instance.Write(writer, value.GetValueOrDefault());
        }
    }

    public override T? Read(ref PayloadReader reader) => reader.ReadByte() switch
    {
        0 => null,
        1 => PayloadCodec<T>.Instance.Read(ref reader),
        byte other => throw PayloadException.Damaged($"a value is there or not, and {other} is neither"),
    };
}
