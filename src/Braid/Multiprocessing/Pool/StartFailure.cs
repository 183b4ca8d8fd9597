namespace Braid.Multiprocessing;

/// <summary>The exception of a worker's initializer, as received: the code that reports it rebuilds it where user code may run.</summary>
/// <param name="Text">Its type and its message.</param>
/// <param name="Image">The exception, serialised.</param>
internal sealed record StartFailure(string Text, byte[] Image)
{
    public static unsafe StartFailure Of(byte* data, long bytes) =>
        new(ExceptionSummary.Of(data, bytes), new ReadOnlySpan<byte>(data, checked((int)bytes)).ToArray());
}
