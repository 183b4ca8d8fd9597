using System.Buffers;

namespace Braid.Multiprocessing;

/// <summary>A buffer that refuses to grow beyond a limit.</summary>
internal sealed class LimitedBuffer(int limitBytes) : IBufferWriter<byte>
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void Advance(int count) => _buffer.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => Checked().GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => Checked().GetSpan(sizeHint);

    private ArrayBufferWriter<byte> Checked() => _buffer.WrittenCount <= limitBytes ? _buffer : throw new PayloadException($"It takes more than {limitBytes:N0} bytes.");
}
