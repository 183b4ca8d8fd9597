namespace Braid.Multiprocessing;

/// <summary>A message was longer than its buffer. It was received, and is in <see cref="MessageBytes"/>.</summary>
/// <remarks>Python counterpart: <c>multiprocessing.BufferTooShort</c>.</remarks>
public sealed class BufferTooShortException : ProcessException
{
    internal BufferTooShortException(byte[] data, int room)
        : base(
            $"The message has {data.Length:N0} bytes and the buffer room for {room:N0}. The message is in this exception's MessageBytes; " +
            "the connection can be used on.") =>
        MessageBytes = data;

    /// <summary>The whole message.</summary>
    public ReadOnlyMemory<byte> MessageBytes { get; }
}
