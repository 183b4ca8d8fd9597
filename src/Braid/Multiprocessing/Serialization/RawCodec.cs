namespace Braid.Multiprocessing;

/// <summary>The way of data without references: its bytes as they are.</summary>
internal sealed class RawCodec<T> : PayloadCodec<T>
{
    public override void Write(PayloadWriter writer, T value) => writer.WriteRaw(value);

    public override T Read(ref PayloadReader reader) => reader.ReadRaw<T>();
}
