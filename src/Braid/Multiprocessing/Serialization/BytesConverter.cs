using System.Buffers;

namespace Braid.Multiprocessing;

/// <summary>A type that travels as any bytes, of which the codec keeps the length.</summary>
internal sealed class BytesConverter<T>(Action<IBufferWriter<byte>, T> write, Func<ReadOnlyMemory<byte>, T> read) : PayloadConverter<T>
{
    public override void Write(PayloadWriter writer, T value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        write(buffer, value);
        writer.WriteVarint((ulong)buffer.WrittenCount);
        writer.WriteBytes(buffer.WrittenSpan);
    }

    public override T Read(ref PayloadReader reader) => read(reader.ReadSpan(reader.ReadCount(1)).ToArray());
}
