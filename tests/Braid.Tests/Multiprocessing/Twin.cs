using System.Buffers;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Builds what another process would build of a shared object.</summary>
internal static class Twin
{
    /// <summary>By the way of a payload: with what travels along.</summary>
    public static T Of<T>(T shared)
        where T : IShared<T>
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new PayloadWriter(buffer);
        Payload.Write(writer, shared);
        try
        {
            return PayloadRoundTrip.Read<T>(buffer.WrittenSpan.ToArray());
        }
        finally
        {
            writer.ReleaseCarried();
        }
    }

    public static T Over<T>(IShared shared)
        where T : IShared<T>
    {
        SegmentHandle handle = shared.Segment.Handle;
        return Over<T>(Segment.Open(in handle));
    }

    public static T Over<T>(Segment segment)
        where T : IShared<T>
    {
        try
        {
            return T.Over(segment);
        }
        catch
        {
            segment.Release();
            throw;
        }
    }
}
