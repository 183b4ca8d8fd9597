namespace Braid.Multiprocessing;

/// <summary>The exception that left a worker's initializer, as it came: whoever is told of it reads it where user code may run.</summary>
/// <param name="Text">Its type and its message.</param>
/// <param name="Image">The exception, written.</param>
internal sealed record StartFailure(string Text, byte[] Image)
{
    public static unsafe StartFailure Of(byte* data, long bytes) =>
        new(ExceptionSummary.Of(data, bytes), new ReadOnlySpan<byte>(data, checked((int)bytes)).ToArray());
}
