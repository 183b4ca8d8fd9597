using System.Buffers;

namespace Braid.Multiprocessing;

/// <summary>A way of a type that is given from outside: any bytes, of which the codec keeps the length.</summary>
internal sealed class PayloadConverter<T>(Action<IBufferWriter<byte>, T> write, Func<ReadOnlyMemory<byte>, T> read)
{
    public void Write(PayloadWriter writer, T value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        write(buffer, value);
        writer.WriteVarint((ulong)buffer.WrittenCount);
        writer.WriteBytes(buffer.WrittenSpan);
    }

    public T Read(ref PayloadReader reader) => read(reader.ReadSpan(reader.ReadCount(1)).ToArray());
}
