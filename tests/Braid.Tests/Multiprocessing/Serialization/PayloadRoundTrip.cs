using System.Buffers;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Writes a value and reads it back, as another process would.</summary>
internal static class PayloadRoundTrip
{
    public static T Of<T>(T value, PayloadSource source = PayloadSource.Program) => Read<T>(Bytes(value), source);

    public static byte[] Bytes<T>(T value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new PayloadWriter(buffer);
        Payload.Write(writer, value);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads from memory of exactly that size, all of it.</summary>
    public static unsafe T Read<T>(byte[] bytes, PayloadSource source = PayloadSource.Program)
    {
        fixed (byte* start = bytes)
        {
            var reader = new PayloadReader(start, bytes.Length, source);
            T value = Payload.Read<T>(ref reader);
            Assert.Equal(0, reader.Remaining);
            return value;
        }
    }
}
