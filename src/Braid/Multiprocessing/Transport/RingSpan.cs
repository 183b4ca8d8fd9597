namespace Braid.Multiprocessing;

/// <summary>A place in a ring at which something is written or read; it goes on at the front when it comes to the end.</summary>
internal unsafe ref struct RingSpan(byte* start, long size, long offset)
{
    private long _at = offset % size;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int piece = (int)Math.Min(bytes.Length, size - _at);
            bytes[..piece].CopyTo(new Span<byte>(start + _at, piece));
            bytes = bytes[piece..];
            Pass(piece);
        }
    }

    public void Read(byte* target, long count)
    {
        while (count > 0)
        {
            long piece = Math.Min(count, size - _at);
            Buffer.MemoryCopy(start + _at, target, count, piece);
            target += piece;
            count -= piece;
            Pass(piece);
        }
    }

    private void Pass(long count) => _at = _at + count == size ? 0 : _at + count;
}
